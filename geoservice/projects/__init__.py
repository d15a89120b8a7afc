"""Pure kernels about projects: the stage of any day, and the site a project stands on."""

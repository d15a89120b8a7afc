"""Schema migrations, one file per step, tested on filled databases of both engines."""

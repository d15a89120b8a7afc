"""The web room: endpoints parse, call one function, and shape the answer. They decide nothing."""

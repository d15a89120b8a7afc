"""Small rules over clean rows: each looks at one thing and returns findings."""

"""The composition root: settings, wiring, lifecycle. The only reader of the environment."""

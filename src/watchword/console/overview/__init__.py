"""State at a glance."""

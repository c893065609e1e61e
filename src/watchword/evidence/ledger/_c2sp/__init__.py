"""Formats of the C2SP specifications: signed notes, checkpoints, tiles."""

"""JSON in, JSON out; thin."""

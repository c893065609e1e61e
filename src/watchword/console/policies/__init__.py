"""The policies that run: read, check, simulate."""

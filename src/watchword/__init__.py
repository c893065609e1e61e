"""Watchword: a Zero Trust control plane. Start at `docs/architecture.md`; the folders are its stages, in order."""

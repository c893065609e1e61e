"""Watchword: a Zero Trust control plane. Start at `docs/architecture.md`; the folders below are its stages, in order."""

"""Watchword: a Zero Trust control plane. `docs/architecture.md` is the map; the folders below are its stages."""

"""Merkle trees as RFC 6962 (and RFC 9162) define them."""

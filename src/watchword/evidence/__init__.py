"""PROVE it: the ledger, and what reads it."""

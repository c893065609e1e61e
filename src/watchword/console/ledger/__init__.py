"""The record, and whether it holds."""

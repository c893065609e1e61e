"""Measurements, side by side and on this machine: `python -m bench [gateway|check|startup|revocation|ledger|all]`.

Each benchmark first proves that what it compares gives the same answers; where it does not, nothing is printed as a
result and the exit code is 1. Figures are medians over interleaved rounds with their spread, beside their targets,
losses as well as wins. Everything is bounded in count and time and stays on loopback.
"""

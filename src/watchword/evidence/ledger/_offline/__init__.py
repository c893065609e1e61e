"""What goes with an exported ledger: `verify.py`, which runs wherever Python 3.8 or later does, and imports nothing
of ours. It is copied, never imported."""

"""Where recorded use comes from: the ledger, and CloudTrail's log files."""

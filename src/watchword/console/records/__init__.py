"""What the ledger holds, as pages show it: one decision, and decisions as they come."""

"""How an estate stands, and how that has changed from run to run."""

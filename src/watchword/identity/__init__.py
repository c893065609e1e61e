"""WHO is asking: people and workloads, and how sure we are of it."""

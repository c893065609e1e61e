"""The vocabulary every stage shares: ids, ARNs, principals, assurance, time, events, errors. Standard library, no I/O."""

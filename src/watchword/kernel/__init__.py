"""The vocabulary every stage shares: ids, ARNs, principals, assurance, time, events, errors. Pure standard library."""

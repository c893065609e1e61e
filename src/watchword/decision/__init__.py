"""MAY they: the policy language, the engine that decides, and what analyses policies."""

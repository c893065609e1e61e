"""What is done about what was found: each step with its dry run, its undo and its verification."""

"""What to do, in which order, and what each piece of work closes."""

"""What is protected, by which routes, and who could open it."""

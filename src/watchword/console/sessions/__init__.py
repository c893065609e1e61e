"""Who is signed in, and ending it."""

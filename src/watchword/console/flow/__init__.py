"""Our own paths on every application host: going to sign in, coming back, signing out."""

"""MAKE it so: what carries decisions to the traffic."""

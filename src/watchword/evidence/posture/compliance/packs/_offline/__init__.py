"""The verifier that goes into packs: a program of its own, which imports nothing of Watchword."""

"""The sign-in host: who you are is proven here, and nowhere else."""

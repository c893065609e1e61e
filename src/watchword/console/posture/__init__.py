"""What was assessed and kept: findings, inventory, exposure, maturity, roadmap. They read, and change nothing."""

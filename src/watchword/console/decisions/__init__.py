"""What the gateway decided: live, filtered, and each with its why."""

"""Assets, with who answers for them and why some are critical."""

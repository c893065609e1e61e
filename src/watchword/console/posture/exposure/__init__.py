"""Ways from the Internet to what is critical, drawn and told."""

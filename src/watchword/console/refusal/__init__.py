"""The page that whoever is refused at the gateway sees."""

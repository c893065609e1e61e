"""The only place where a vendor's SDK or a database driver is imported; files are named for the port they fill."""

"""HTML in, HTML out; thin. One folder a page."""

"""What every page shares: headers, assets, templates, forms, return targets. Each module keeps one rule."""

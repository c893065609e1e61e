"""What every page shares: headers, assets, templates, forms, return targets. Each module is one rule, kept in one place."""

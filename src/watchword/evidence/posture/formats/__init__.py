"""A report in the forms that people and machines read. Each module has `render(report)`, which yields text."""

"""Reports over a period, said to people (Markdown, HTML) and programs (JSON)."""

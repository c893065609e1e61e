"""One program an engine: it loads a form, answers, and times itself when asked. Nothing here imports another engine."""

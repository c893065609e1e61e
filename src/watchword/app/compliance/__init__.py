"""Runtime compliance: estates are examined by themselves, and what is found becomes passes, reports and packs.

store.py      passes and contents as files in the state directory
examining.py  one pass: read, judge, compare, keep, record
watching.py   what changed in files, so that a change is examined at once
worker.py     the process that does all this by itself
"""

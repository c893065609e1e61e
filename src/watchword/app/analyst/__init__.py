"""Analysis in processes of its own, so that the process that decides never waits for it.

`pool` starts and ends them, `worker` is what runs in one, `questions` is what it knows; `frames` is how they speak.
"""

from watchword.app.analyst.pool import AnalystPool

__all__ = ["AnalystPool"]

"""The cyclic garbage collector, held still while very many objects are made that all stay.

Python looks through everything that lives each time that a quarter more has been made. Where a hundred thousand
policies are read, that is half of the time, and it finds nothing: what is made then is kept.

    with collector_paused():
        documents = [parse_policy(...) for ...]
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the collector still, for the whole process; where it is already, leave it so. Not for work that may wait."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

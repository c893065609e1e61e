"""The shipped catalogue, read once for all tests of a process."""

import functools

from watchword.decision.analysis.catalogue import Catalogue, shipped_catalogue


@functools.cache
def catalogue() -> Catalogue:
    return shipped_catalogue()

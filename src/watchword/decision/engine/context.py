"""`normalise_context`: the context of a request from JSON values."""

from collections.abc import Mapping

from watchword.decision.engine.model import ContextValue


def normalise_context(values: Mapping[str, object]) -> dict[str, ContextValue]:
    """Lower-case the keys; make numbers, booleans and lists the texts that conditions compare."""
    raise NotImplementedError

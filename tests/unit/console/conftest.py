from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console import Shell, shell


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Shell]:
    with shell(tmp_path) as made:
        yield made

"""`watchword scan --fix`: what checks propose is written into a copy, read and judged again; what holds is offered.

    fixing = propose(done)
    patch(fixing.files)              # one unified diff
    write(fixing.files)              # the files, each whole or not at all

`proposing` decides what is offered, `copying` makes the copy in which it is tried, `files` edits, writes and compares.
"""

from watchword.app.fixing.files import FixedFile, patch, write
from watchword.app.fixing.proposing import Fixing, Refused, propose, with_offers

__all__ = ["FixedFile", "Fixing", "Refused", "patch", "propose", "with_offers", "write"]

"""A live account of AWS as a front-end of the inventory: collected through its APIs, read from what they answered.

collect → a stream of answers (`evidence`) → `reading_of` → a `Reading`; `read_evidence` reads a file of such answers.
"""

from watchword.adapters.aws.permissions import least_policy
from watchword.adapters.aws.reader import is_evidence, read_evidence
from watchword.adapters.aws.services import aws_shapes

__all__ = ["aws_shapes", "is_evidence", "least_policy", "read_evidence"]

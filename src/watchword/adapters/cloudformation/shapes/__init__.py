"""The shapes of CloudFormation's types: one table a theme. To add a type, add a `Shape` to the table it belongs in."""

from collections.abc import Mapping

from watchword.adapters.cloudformation.shapes.compute import COMPUTE
from watchword.adapters.cloudformation.shapes.data import DATA
from watchword.adapters.cloudformation.shapes.edge import EDGE
from watchword.adapters.cloudformation.shapes.governance import GOVERNANCE
from watchword.adapters.cloudformation.shapes.identity import IDENTITY
from watchword.adapters.cloudformation.shapes.network import NETWORK
from watchword.adapters.cloudformation.shapes.records import RECORDS
from watchword.adapters.cloudformation.shapes.services import SERVICES
from watchword.adapters.cloudformation.shapes.storage import STORAGE
from watchword.inventory import Shape, shapes


def cloudformation_shapes() -> Mapping[str, Shape]:
    """Return all shapes, by native type."""
    return shapes(STORAGE, DATA, IDENTITY, NETWORK, COMPUTE, EDGE, SERVICES, RECORDS, GOVERNANCE)

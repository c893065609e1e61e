"""The shapes of Terraform's types: one small table a theme. To add a type, add a `Shape` to the table it belongs in."""

from collections.abc import Mapping

from watchword.adapters.terraform.shapes.aws_compute import COMPUTE
from watchword.adapters.terraform.shapes.aws_data import DATA
from watchword.adapters.terraform.shapes.aws_edge import EDGE
from watchword.adapters.terraform.shapes.aws_governance import GOVERNANCE
from watchword.adapters.terraform.shapes.aws_identity import IDENTITY
from watchword.adapters.terraform.shapes.aws_network import NETWORK
from watchword.adapters.terraform.shapes.aws_records import RECORDS
from watchword.adapters.terraform.shapes.aws_services import SERVICES
from watchword.adapters.terraform.shapes.aws_storage import STORAGE
from watchword.adapters.terraform.shapes.azure_compute import AZURE_COMPUTE
from watchword.adapters.terraform.shapes.azure_data import AZURE_DATA
from watchword.adapters.terraform.shapes.github import GITHUB
from watchword.adapters.terraform.shapes.google_compute import GOOGLE_COMPUTE
from watchword.adapters.terraform.shapes.google_data import GOOGLE_DATA
from watchword.adapters.terraform.shapes.language import LANGUAGE
from watchword.inventory import Shape, shapes


def terraform_shapes() -> Mapping[str, Shape]:
    """Return all shapes, by native type."""
    aws = (STORAGE, DATA, IDENTITY, NETWORK, COMPUTE, EDGE, SERVICES, RECORDS, GOVERNANCE)
    return shapes(LANGUAGE, *aws, AZURE_DATA, AZURE_COMPUTE, GITHUB, GOOGLE_DATA, GOOGLE_COMPUTE)

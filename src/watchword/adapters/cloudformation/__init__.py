"""CloudFormation as a front-end of the inventory: templates in YAML and JSON, SAM's too, and the shapes of their types.

inventory = assemble([read_cloudformation(Path("infra"))], cloudformation_shapes())
"""

from watchword.adapters.cloudformation.reading import is_named_like_one, may_be_template, read_cloudformation
from watchword.adapters.cloudformation.shapes import cloudformation_shapes

__all__ = ["cloudformation_shapes", "is_named_like_one", "may_be_template", "read_cloudformation"]

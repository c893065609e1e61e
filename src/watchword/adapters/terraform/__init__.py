"""Terraform as a front-end of the inventory: source, plans and states, and the shapes of its types.

inventory = assemble([read_terraform(Path("infra"))], terraform_shapes())
"""

from watchword.adapters.terraform.plan import read_plan, read_state
from watchword.adapters.terraform.shapes import terraform_shapes
from watchword.adapters.terraform.source import read_terraform

__all__ = ["read_plan", "read_state", "read_terraform", "terraform_shapes"]

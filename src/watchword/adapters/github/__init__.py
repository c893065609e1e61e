"""GitHub Actions as a front-end of the inventory: workflows, their permissions, and the actions they use.

inventory = assemble([read_workflows(Path("."))], workflow_shapes())
"""

from watchword.adapters.github.workflows import is_workflow, read_workflows, workflow_shapes

__all__ = ["is_workflow", "read_workflows", "workflow_shapes"]

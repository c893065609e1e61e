"""Dockerfiles as a front-end of the inventory: what an image begins with, whom it runs as, what is put into it.

inventory = assemble([read_dockerfiles(Path("."))], dockerfile_shapes())
"""

from watchword.adapters.dockerfile.reading import dockerfile_shapes, is_dockerfile, read_dockerfiles

__all__ = ["dockerfile_shapes", "is_dockerfile", "read_dockerfiles"]

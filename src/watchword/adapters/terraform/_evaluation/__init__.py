"""Terraform's semantics: expressions, functions, variables and modules, evaluated lazily into three-valued values."""

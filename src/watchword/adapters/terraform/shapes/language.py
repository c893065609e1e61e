"""Shapes of Terraform's own blocks: calls of modules, providers."""

from typing import Final

from watchword.inventory.shapes import Nothing, Shape

LANGUAGE: Final = (
    Shape("module", "module_call", {"source": "source", "version": "version"}),
    Shape(
        "provider.aws",
        "provider_settings",
        {
            "name": "alias",
            "region": "region",
            "access_key": "access_key",
            "secret_key": "secret_key",
            "tags": "default_tags.tags",
        },
    ),
    Shape(
        "provider.azurerm",
        "provider_settings",
        {
            "name": "alias",
            "region": Nothing(),
            "access_key": Nothing(),
            "secret_key": "client_secret",
            "tags": Nothing(),
        },
    ),
    Shape(
        "provider.google",
        "provider_settings",
        {
            "name": "alias",
            "region": "region",
            "access_key": "access_token",
            "secret_key": "credentials",
            "tags": "default_labels",
        },
    ),
)

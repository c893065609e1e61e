"""The name of a container image: `registry/repository:tag@digest`, with what is taken where a part is left out.

    image_parts(container["image"])["tag"]      # Known("latest"), is_default, for `nginx`

Source: Kubernetes documentation, "Images", "Image names"; Docker documentation, "docker image tag".
"""

import re
from typing import Final

from watchword.inventory.values import Absent, Block, Known, Unknown, Value

_REGISTRY: Final = "docker.io"
_TAG: Final = "latest"
_HOST = re.compile(r"localhost|[^/]*[.:][^/]*")


def image_parts(image: Value) -> Block:
    """Take an image's name apart. Of one that is not known, what its text shows."""
    if isinstance(image, Unknown):
        text = "".join(part if isinstance(part, str) else "\0" for part in image.parts) if image.parts else "\0"
    elif isinstance(image, Known):
        text = image.text()
    else:
        return Block({}, image.place)
    place = image.place
    rest, _, digest = text.partition("@")
    head, slash, tail = rest.rpartition("/")
    name, colon, tag = tail.partition(":")
    first, _, below = f"{head}{slash}{name}".partition("/")
    named = bool(below) and (_HOST.fullmatch(first) is not None or "\0" in first)
    repository = below if named else f"{head}{slash}{name}"

    def told(part: str, *, default: str = "") -> Value:
        if "\0" in part:
            return Unknown(image.reasons if isinstance(image, Unknown) else (), place)
        if part:
            return Known(part, place)
        if isinstance(image, Unknown) and image.parts and image.parts[-1] is None and "\0" in rest[-1:]:
            return Unknown(image.reasons, place)  # what a template puts last may bring a tag and a digest along
        return Known(default, place, is_default=True) if default else Absent(place)

    return Block(
        {
            "registry": told(first if named else "", default="" if "\0" in rest and not named else _REGISTRY),
            "repository": told(repository),
            "tag": told(tag, default="" if digest or colon else _TAG),
            "digest": told(digest),
        },
        place,
    )

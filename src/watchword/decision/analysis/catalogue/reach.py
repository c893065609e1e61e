"""`takes`: whether an action can be asked about a resource at all, by the types of resources that it takes."""

import re

from watchword.decision.analysis.catalogue.model import Action, ResourceType
from watchword.decision.analysis.patterns import meets

_SEGMENTS = 5
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def takes(action: Action, resource: str, *, variables: bool = False) -> bool:
    """Whether some resource that a pattern stands for may be one that the action takes; False is certain.

    An action that is wildcard-only takes `*` alone. With `variables`, `${…}` in the pattern may be any text.
    """
    if action.wildcard_only:
        return set(resource) == {"*"}
    return any(is_of(use.type, resource, variables=variables) for use in action.resources)


def is_of(type_: ResourceType, resource: str, *, variables: bool = False) -> bool:
    """Whether some resource that a pattern stands for may be of a type; False is certain."""
    head, name = _split(resource)
    if head and not any("*" in segment for segment in head):
        # Nothing here runs on over a colon, so the segments are what they say; `${Region}` and the like are not empty.
        of, of_name = _split(type_.pattern)
        if len(of) == len(head) and not all(map(_segment_fits, of, head)):
            return False
        if of_name and not meets(name, of_name, variables=variables):
            return False
    return meets(resource, type_.pattern, variables=variables) and not _no_bucket(type_, resource)


def _split(resource: str) -> tuple[list[str], str]:
    """The first five segments of an ARN and the rest; none where there are fewer."""
    *head, name = resource.split(":", _SEGMENTS)
    return (head, name) if len(head) == _SEGMENTS else ([], "")


def _segment_fits(of: str, segment: str) -> bool:
    return bool(segment) and meets(of, segment) if of else not segment


def _no_bucket(type_: ResourceType, resource: str) -> bool:
    """Whether a bucket is meant and the resource cannot be one: a bucket's name has no slash (Amazon S3 User Guide,
    "Bucket naming rules"), so `arn:aws:s3:::reports/*` is objects alone. A variable's own slash says nothing."""
    return type_.arn.endswith(":s3:::${BucketName}") and "/" in _VARIABLE.sub("", resource)

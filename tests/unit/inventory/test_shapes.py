"""Shapes: a front-end's words become canonical ones, joins find each other, what is not known is never absent."""

from collections.abc import Mapping

import pytest

from watchword.inventory import (
    Block,
    Coverage,
    Declaration,
    Elements,
    FrontEnd,
    Inventory,
    Known,
    Place,
    Reading,
    Reason,
    ReasonKind,
    Reference,
    Shape,
    Unknown,
    UnknownValueError,
    Value,
    assemble,
    shapes,
)
from watchword.inventory.shapes import Both, Constant, Default, Follow, Is, Join, Not, Owner, Part, Present, Rows
from watchword.kernel.errors import DefectError

_PLACE = Place("a.x", 1, 5)
_SETTINGS = Join("settings", by="bucket")
_WHY = (Reason(ReasonKind.VARIABLE, "var.x has no default"),)

_TABLE = shapes(
    [
        Shape(
            "bucket",
            "object_store",
            {
                "name": "bucket",
                "acl": (_SETTINGS.read("acl"), Default("acl", value="private", says="provider 1.0")),
                "versioning": Is("versioning.status", ("Enabled",)),
                "website": Present("website"),
                "policy": Join("bucket_policy", by="bucket").read("policy"),
                "logging_target": "logs",
                "mfa_delete": Not("no_mfa"),
            },
            identity=("bucket",),
        ),
        Shape(
            "group",
            "security_group",
            {"name": "name"},
            parts=(
                Part(
                    "security_group_rule",
                    "ingress",
                    {
                        "group": Owner(),
                        "direction": Constant("ingress"),
                        "cidrs": Both(("cidr", "cidr6")),
                        "from_port": "from",
                    },
                ),
            ),
        ),
        Shape("policy", "iam_policy", {"document": "text"}),
        Shape(
            "role",
            "iam_role",
            {
                "policies": Follow(Join("attachment", by="role").every("policy"), "document"),
                "attached": Join("attachment", by="role").every("policy"),
            },
        ),
        Shape(
            "listener",
            "load_balancer_listener",
            {"actions": Rows("action", {"type": "type", "redirect_protocol": "redirect.protocol"})},
        ),
    ]
)


def _declare(
    native_type: str, name: str, tree: Mapping[str, Value], *, instances: int | None = 1, root: str = "."
) -> Declaration:
    return Declaration(
        front_end=FrontEnd.TERRAFORM,
        provider="x",
        native_type=native_type,
        root=root,
        address=f"{native_type}.{name}",
        tree=Block(dict(tree), _PLACE),
        place=_PLACE,
        instances=instances,
    )


def _made(target: str, attribute: str = "id") -> Unknown:
    return Unknown(
        (Reason(ReasonKind.AFTER_APPLY, "known after apply"),),
        _PLACE,
        references=(Reference(f".#{target}", attribute),),
        parts=(Reference(f".#{target}", attribute),),
    )


def _inventory(*declarations: Declaration) -> Inventory:
    return assemble([Reading(declarations=declarations, coverage=Coverage(files=1))], _TABLE)


def test_canonical_attributes_are_read_through_the_shape() -> None:
    (bucket,) = _inventory(
        _declare(
            "bucket",
            "a",
            {
                "bucket": Known("logs"),
                "versioning": Elements([Block({"status": Known("Enabled")})]),
                "tags": Block({"Owner": Known("x")}),
                "no_mfa": Known(False),
            },
        )
    ).of("object_store")
    assert bucket.name == "logs"
    assert bucket.uid == ".#bucket.a"
    assert bucket["versioning"]
    assert bucket["acl"] == "private"
    assert bucket["acl"].place == _PLACE
    assert not bucket["website"]
    assert bucket["mfa_delete"]
    assert bucket.tags["Owner"] == "x"


def test_an_attribute_that_no_shape_fills_is_unknown_and_one_that_no_kind_has_is_a_defect() -> None:
    (bucket,) = _inventory(_declare("bucket", "a", {})).of("object_store")
    with pytest.raises(UnknownValueError, match="replication is not read"):
        bool(bucket["replication"])
    with pytest.raises(DefectError):
        bucket["no_such_thing"]


def test_a_shape_with_a_typing_mistake_is_refused() -> None:
    with pytest.raises(DefectError, match="acI"):
        shapes([Shape("bucket", "object_store", {"acI": "acl"})])
    with pytest.raises(DefectError):
        shapes([Shape("bucket", "no_such_kind", {})])
    with pytest.raises(DefectError, match="two shapes"):
        shapes([Shape("bucket", "object_store", {})], [Shape("bucket", "object_store", {})])


def test_a_type_without_a_shape_is_an_asset_all_the_same() -> None:
    (asset,) = _inventory(_declare("strange", "a", {"x": Known(1), "name": Known("n")})).of("other")
    assert asset.native["x"] == 1
    assert asset.name == "n"


@pytest.mark.parametrize("by", [_made("bucket.a"), Known("logs")], ids=["reference", "literal"])
def test_a_joined_declaration_is_found_by_reference_and_by_name(by: Value) -> None:
    inventory = _inventory(
        _declare("bucket", "a", {"bucket": Known("logs")}),
        _declare("bucket", "b", {"bucket": Known("others")}),
        _declare("settings", "a", {"bucket": by, "acl": Known("public-read")}),
    )
    a, b = inventory.of("object_store")
    assert a["acl"] == "public-read"
    assert b["acl"] == "private"


def test_the_same_unknown_name_joins_too() -> None:
    name = Unknown(_WHY, _PLACE, parts=(Reference(".#var.x"), "-logs"), references=(Reference(".#var.x"),))
    inventory = _inventory(
        _declare("bucket", "a", {"bucket": name}), _declare("settings", "a", {"bucket": name, "acl": Known("x")})
    )
    assert inventory.of("object_store")[0]["acl"] == "x"


def test_what_may_be_about_an_asset_makes_its_attribute_unknown() -> None:
    inventory = _inventory(
        _declare("bucket", "a", {"bucket": Known("logs")}),
        _declare("settings", "a", {"bucket": Unknown(_WHY), "acl": Known("public-read")}),
    )
    with pytest.raises(UnknownValueError, match=r"settings\.a may be about it"):
        assert inventory.of("object_store")[0]["acl"] == "private"


def test_a_joined_declaration_that_may_not_be_there_is_unknown() -> None:
    inventory = _inventory(
        _declare("bucket", "a", {}),
        _declare("settings", "a", {"bucket": _made("bucket.a"), "acl": Known("x")}, instances=None),
    )
    assert inventory.of("object_store")[0]["acl"].is_unknown


def test_roots_do_not_join_by_name() -> None:
    inventory = _inventory(
        _declare("bucket", "a", {"bucket": Known("logs")}),
        _declare("settings", "a", {"bucket": Known("logs"), "acl": Known("x")}, root="other"),
    )
    assert inventory.of("object_store")[0]["acl"] == "private"


def test_parts_are_assets_of_their_own() -> None:
    inventory = _inventory(
        _declare(
            "group",
            "g",
            {
                "ingress": Elements(
                    [Block({"cidr": Elements([Known("0.0.0.0/0")]), "from": Known(22)}, Place("a.x", 2, 3))],
                    open_because=_WHY,
                )
            },
        )
    )
    first, second = inventory.of("security_group_rule")
    assert first.address == "group.g/ingress[0]"
    assert first["cidrs"] == ["0.0.0.0/0"]
    assert first["from_port"] == 22
    assert first.place == Place("a.x", 2, 3)
    assert inventory.resolve(first["group"]) == inventory.of("security_group")
    assert second.address == "group.g/ingress[*]"
    assert second["from_port"].is_unknown
    assert [edge.relation for edge in inventory.towards(".#group.g")] == ["part_of", "part_of"]
    assert [edge.target for edge in inventory.out_of(first.uid, "part_of")] == [".#group.g"]


def test_documents_are_read_and_followed() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Action": "*"}]}'
    inventory = _inventory(
        _declare("role", "r", {}),
        _declare("policy", "p", {"text": Known(text, _PLACE)}),
        _declare("attachment", "a", {"role": _made("role.r"), "policy": _made("policy.p", "arn")}),
        _declare("attachment", "b", {"role": _made("role.r"), "policy": Known("arn:aws:iam::aws:policy/ReadOnly")}),
    )
    (role,) = inventory.of("iam_role")
    assert [document["Statement"][0]["Action"].text() for document in role["policies"].each()] == ["*"]
    assert "arn:aws:iam::aws:policy/ReadOnly" in role["attached"]
    assert role["policies"][0]["Statement"].place == _PLACE


def test_a_document_that_is_not_json_is_unknown() -> None:
    (policy,) = _inventory(_declare("policy", "p", {"text": Known("{")})).of("iam_policy")
    assert policy["document"].is_unknown


def test_rows_read_blocks() -> None:
    action = Block({"type": Known("redirect"), "redirect": Elements([Block({"protocol": Known("HTTPS")})])})
    (listener,) = _inventory(_declare("listener", "l", {"action": Elements([action])})).of("load_balancer_listener")
    assert listener["actions"][0]["redirect_protocol"] == "HTTPS"
    assert listener["actions"][0]["redirect_status"].is_absent


def test_an_index_that_is_not_known_names_every_instance() -> None:
    inventory = _inventory(_declare("bucket", 'a["x"]', {}), _declare("bucket", 'a["y"]', {}))
    assert len(inventory.resolve(_made("bucket.a[*]"))) == 2
    assert [asset.address for asset in inventory.resolve(_made('bucket.a["y"]'))] == ['bucket.a["y"]']
    shared = _inventory(_declare("bucket", "a[*]", {}, instances=1000))
    assert [asset.address for asset in shared.resolve(_made('bucket.a["y"]'))] == ["bucket.a[*]"]


def test_fingerprints_do_not_know_lines() -> None:
    (one,) = _inventory(_declare("bucket", "a", {})).of("object_store")
    (two,) = _inventory(_declare("bucket", "b", {})).of("object_store")
    assert len(one.fingerprint) == 32
    assert one.fingerprint != two.fingerprint

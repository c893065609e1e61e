"""Shapes read backwards: what is to be written, where, for an attribute to be another; nothing where no one can tell."""

from collections.abc import Mapping

import pytest

from watchword.inventory import (
    Asset,
    Beside,
    Block,
    Coverage,
    Declaration,
    Elements,
    FrontEnd,
    Known,
    Place,
    Reading,
    Reason,
    ReasonKind,
    Reference,
    Setting,
    Shape,
    Unknown,
    Value,
    Wanted,
    assemble,
    settings_for,
    shapes,
)
from watchword.inventory.shapes import Constant, Default, Is, Join, Not, Present, Rows

_PLACE = Place("a.x", 1, 5, 1)
_ROOT = Place("v.x", 7, 7, 3)
_OTHER = Place("a.x", 9, 12, 1)
_OPTIONS = Join("options", by="bucket")
_TABLE = shapes(
    [
        Shape(
            "bucket",
            "object_store",
            {
                "name": "name",
                "acl": (_OPTIONS.read("acl"), Default("acl", value="private", says="x")),
                "versioning": Default(Is("versions.status", ("On",), otherwise="Off"), value=False, says="x"),
                "object_lock": Is("lock", ("On",)),
                "mfa_delete": Not("no_mfa"),
                "website": Present("site"),
                "logging_target": ("log.to", "logs"),
                "key": "rules[].key",
                "bucket_key": Constant(value=True),
            },
        ),
        Shape(
            "listener",
            "load_balancer_listener",
            {"actions": Rows("action", {"type": "type", "redirect_protocol": "redirect.protocol"})},
        ),
        Shape("cluster", "kubernetes_cluster", {"log_types": "logs.types[].name"}),
    ]
)


def _declared(native_type: str, tree: Mapping[str, Value], place: Place = _PLACE) -> Declaration:
    return Declaration(
        front_end=FrontEnd.TERRAFORM,
        provider="x",
        native_type=native_type,
        root=".",
        address=f"{native_type}.a",
        tree=Block(dict(tree), place),
        place=place,
    )


def _asset(kind: str, *declarations: Declaration) -> Asset:
    return assemble([Reading(declarations=declarations, coverage=Coverage())], _TABLE).of(kind)[0]


def _bucket(tree: Mapping[str, Value] | None = None, *others: Declaration) -> Asset:
    return _asset("object_store", _declared("bucket", tree or {}), *others)


def _of(asset: Asset, name: str, value: Wanted) -> list[tuple[str, Wanted]]:
    return [(setting.path, setting.value) for setting in settings_for(asset.attributes, name, value)]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("name", "x", [("name", "x")], id="a path"),
        pytest.param("versioning", True, [("versions.status", "On")], id="the word for yes"),
        pytest.param("versioning", False, [("versions.status", "Off")], id="the word for no"),
        pytest.param("object_lock", False, [], id="no word for no"),
        pytest.param("mfa_delete", True, [("no_mfa", False)], id="turned round"),
        pytest.param("logging_target", "x", [("log.to", "x")], id="the first of several"),
        pytest.param("website", True, [], id="whether something is there"),
        pytest.param("bucket_key", False, [], id="what holds of all"),
        pytest.param("key", "x", [], id="one of several blocks"),
        pytest.param("replication", True, [], id="what is not read"),
    ],
)
def test_what_is_to_be_written(name: str, value: Wanted, expected: list[tuple[str, Wanted]]) -> None:
    assert _of(_bucket(), name, value) == expected


def test_a_setting_says_where_the_literal_stands_that_is_there_now() -> None:
    bucket = _bucket({"no_mfa": Known(True, _PLACE, root=_ROOT)})
    assert settings_for(bucket.attributes, "mfa_delete", value=True) == (
        Setting(value=False, at=_PLACE, path="no_mfa", root=_ROOT, whole=True),
    )


def test_of_several_sources_the_one_that_holds_is_written() -> None:
    assert _of(_bucket({"logs": Known("x")}), "logging_target", "y") == [("logs", "y")]


def test_what_another_declaration_says_is_written_there() -> None:
    reason = (Reason(ReasonKind.AFTER_APPLY, "x"),)
    named = Unknown(reason, references=(Reference(".#bucket.a", "id"),))
    options = _declared("options", {"bucket": named, "acl": Known("public", _OTHER)}, _OTHER)
    (setting,) = settings_for(_bucket({}, options).attributes, "acl", "private")
    assert (setting.at, setting.path, setting.whole, setting.beside) == (_OTHER, "acl", True, None)


def test_where_no_other_declaration_is_there_it_is_one_of_its_own() -> None:
    (setting,) = settings_for(_bucket().attributes, "acl", "private")
    assert (setting.at, setting.path, setting.beside) == (_PLACE, "acl", Beside(native_type="options", by="bucket"))


def test_where_another_declaration_may_be_about_it_nothing_is_written() -> None:
    unknown = Unknown((Reason(ReasonKind.VARIABLE, "x"),))
    options = _declared("options", {"bucket": unknown}, _OTHER)
    assert _of(_bucket({}, options), "acl", "private") == []


def test_a_block_is_written_where_it_stands() -> None:
    rows = Elements([Block({"type": Known("forward")}, _OTHER)], _OTHER)
    listener = _asset("load_balancer_listener", _declared("listener", {"action": rows}))
    (setting,) = settings_for(listener["actions"][0], "redirect_protocol", "HTTPS")
    assert (setting.at, setting.path, setting.whole) == (_OTHER, "redirect.protocol", False)
    assert settings_for(listener["actions"][0], "nothing", "x") == ()


def test_elements_of_a_list_of_blocks_are_blocks() -> None:
    cluster = _asset("kubernetes_cluster", _declared("cluster", {}))
    assert _of(cluster, "log_types", ("audit",)) == [("logs.types", ((("name", "audit"),),))]


def test_what_stands_in_no_file_is_not_written() -> None:
    live = _asset("object_store", _declared("bucket", {}, Place("", 0, 0)))
    assert _of(live, "name", "x") == []
    assert settings_for(Known("x"), "name", "x") == ()

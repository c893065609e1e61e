"""Laws of Terraform's evaluation: whatever a configuration says, reading it ends, never raises, and loses nothing silently."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.inventory import Block, Elements, Unknown, Value, assemble

_NAMES = st.sampled_from(
    ["var.u", "var.k", "local.a", "local.b", "x_y.c", "x_y.c[0].id", "x_y.e", "module.m.o", "each.value", "count.index"]
)
_LITERALS = st.sampled_from(["1", "-2.5", '"a"', "true", "null", '""', "[]", "{}", '"10.0.0.0/8"'])
_FUNCTIONS = st.sampled_from(
    [
        "merge",
        "concat",
        "upper",
        "join",
        "lookup",
        "element",
        "flatten",
        "jsonencode",
        "jsondecode",
        "keys",
        "length",
        "toset",
        "try",
        "can",
        "one",
        "coalesce",
        "format",
        "regex",
        "cidrsubnet",
        "zipmap",
        "setproduct",
        "range",
        "file",
        "templatefile",
        "none",
        "split",
        "replace",
        "slice",
        "chunklist",
        "sum",
        "sort",
        "yamldecode",
        "substr",
        "formatlist",
        "compact",
        "contains",
        "tonumber",
        "values",
        "parseint",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(_FUNCTIONS, st.lists(inner, max_size=3)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "&&", "||"]), inner, inner).map(
            lambda parts: f"({parts[1]} {parts[0]} {parts[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        pair.map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        pair.map(lambda parts: f"{{ a = {parts[0]}, (({parts[1]})) = 1 }}"),
        pair.map(lambda parts: f"[for v in {parts[0]} : {parts[1]} if v != null]"),
        pair.map(lambda parts: f"{{ for k, v in {parts[0]} : k => {parts[1]}... }}"),
        inner.map(lambda text: f"({text})[*].a"),
        inner.map(lambda text: f"({text})[0].b"),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f'"x${{{text}}}y"'),
    )


_EXPRESSIONS = st.recursive(_NAMES | _LITERALS, _grow, max_leaves=8)


def _exhaust(value: Value, depth: int = 0) -> None:
    if depth > 30:
        return
    if isinstance(value, Unknown):
        assert value.reasons
    if isinstance(value, Block):
        for name in value.names():
            _exhaust(value[name], depth + 1)
    if isinstance(value, Elements):
        for element in value.each():
            _exhaust(element, depth + 1)
    repr(value)


@settings(max_examples=150)
@given(expressions=st.lists(_EXPRESSIONS, min_size=6, max_size=6))
def test_any_configuration_is_read(expressions: list[str]) -> None:
    a, b, count, each, first, second = expressions
    text = (
        f'variable "u" {{}}\nvariable "k" {{\n  default = {{ a = 1 }}\n}}\nlocals {{\n  a = {a}\n  b = {b}\n}}\n'
        f'resource "x_y" "c" {{\n  count = {count}\n  v = {first}\n}}\n'
        f'resource "aws_security_group" "e" {{\n  for_each = {each}\n  name = {second}\n'
        f'  dynamic "ingress" {{\n    for_each = {first}\n    content {{\n      cidr_blocks = {second}\n    }}\n  }}\n}}\n'
        f'module "m" {{\n  source = "./m"\n  for_each = {second}\n  i = {a}\n}}\n'
    )
    inner = 'variable "i" {}\nresource "aws_s3_bucket" "b" {\n  bucket = var.i\n}\noutput "o" {\n  value = aws_s3_bucket.b.arn\n}\n'
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        (base / "m").mkdir()
        (base / "main.tf").write_text(text)
        (base / "m" / "main.tf").write_text(inner)
        inventory = assemble([read_terraform(base)], terraform_shapes())
        for asset in inventory.assets.values():
            _exhaust(asset.native)
            _exhaust(asset.attributes)
        assert len(inventory.edges) >= 0

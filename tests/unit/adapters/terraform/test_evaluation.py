"""Terraform's semantics: expressions, functions, variables, instances, modules; three-valued, bounded, never raising."""

from pathlib import Path

import pytest

from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.adapters.terraform._evaluation.budget import Budget
from watchword.adapters.terraform._evaluation.functions import function_names
from watchword.inventory import (
    Absent,
    Block,
    Declaration,
    Known,
    ProblemKind,
    Reading,
    ReasonKind,
    Unknown,
    Value,
    assemble,
)

Files = dict[str, str]


def _write(base: Path, files: Files) -> Path:
    for name, text in files.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return base


def _read(base: Path, files: Files, **options: tuple[Path, ...]) -> Reading:
    return read_terraform(_write(base, files), **options)


def _declared(reading: Reading, address: str) -> Declaration:
    return next(declaration for declaration in reading.declarations if declaration.address == address)


def _value(base: Path, expression: str, before: str = "") -> Value:
    text = f'{before}\nvariable "u" {{}}\nresource "x_y" "r" {{\n  v = {expression}\n}}\n'
    reading = _read(base, {"main.tf": text})
    assert reading.problems == ()
    return _declared(reading, "x_y.r").tree["v"]


def _reason(value: Value) -> ReasonKind:
    assert isinstance(value, Unknown), value
    return value.reasons[0].kind


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("7 % 4", 3),
        ("-7 % 4", -3),
        ("1 / 2", 0.5),
        ("2 < 3 && 3 >= 3 && 1 != 2", True),
        ('"a" == "a"', True),
        ("null == null", True),
        ("[1, 2] == [1, 2]", True),
        ('true ? "a" : var.u', "a"),
        ("false && var.u", False),
        ("var.u && false", False),
        ("true || var.u", True),
        ("var.u || true", True),
        ("var.u ? 1 : 1", 1),
        ('"${1 + 1}-${true}"', "2-true"),
        ('"%{ if true }a%{ else }b%{ endif }"', "a"),
        ('"%{ for x in ["a", "b"] }${x},%{ endfor }"', "a,b,"),
        ("[for x in [1, 2, 3] : x * 2 if x > 1]", [4, 6]),
        ('[for k, v in { a = 1 } : "${k}${v}"]', ["a1"]),
        ('{ for x in [1, 2] : "k${x}" => x }', {"k1": 1, "k2": 2}),
        ('{ for x in [1, 2, 3] : (x > 1 ? "b" : "a") => x... }', {"a": [1], "b": [2, 3]}),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ("[{ a = [5] }].*.a[0]", [5]),
        ("null[*]", []),
        ('"x"[*]', ["x"]),
        ('{ "a b" = { c = [1] } }["a b"].c[0]', 1),
        ("try(local.none, [][0], {}.a, 3)", 3),
        ("can([][0])", False),
        ("can(1 + 1)", True),
    ],
)
def test_expressions(tmp_path: Path, expression: str, value: object) -> None:
    assert _value(tmp_path, expression).plain() == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("abs(-1)", 1),
        ('alltrue([true, "true"])', True),
        ("anytrue([false])", False),
        ('base64decode(base64encode("é"))', "é"),
        ('base64sha256("a")', "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="),
        ('basename("a/b.txt")', "b.txt"),
        ("ceil(1.2)", 2),
        ('chomp("a\\n")', "a"),
        ("chunklist([1, 2, 3], 2)", [[1, 2], [3]]),
        ('cidrhost("10.0.0.0/24", 5)', "10.0.0.5"),
        ('cidrnetmask("10.0.0.0/12")', "255.240.0.0"),
        ('cidrsubnet("10.0.0.0/16", 8, 2)', "10.0.2.0/24"),
        ('cidrsubnet("fd00::/48", 16, 1)', "fd00:0:0:1::/64"),
        ('cidrsubnets("10.1.0.0/16", 4, 4, 8)', ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24"]),
        ('coalesce(null, "", "a")', "a"),
        ("coalescelist([], [1])", [1]),
        ('compact(["a", "", null])', ["a"]),
        ("concat([1], [2, 3])", [1, 2, 3]),
        ("contains([1, 2], 2)", True),
        ('csvdecode("a,b\\n1,2")', [{"a": "1", "b": "2"}]),
        ('dirname("a/b.txt")', "a"),
        ("distinct([1, 1, 2])", [1, 2]),
        ("element([1, 2, 3], 4)", 2),
        ('endswith("abc", "bc")', True),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ('format("%s-%03d %q %v %%", "a", 7, "b", [1])', 'a-007 "b" [1] %'),
        ('format("%-5s|%5.2f|%x", "a", 1.5, 255)', "a    | 1.50|ff"),
        ('formatlist("%s-%s", ["a", "b"], "c")', ["a-c", "b-c"]),
        ('indent(2, "a\\nb")', "a\n  b"),
        ('index(["a", "b"], "b")', 1),
        ('join(",", ["a", "b"])', "a,b"),
        ('jsondecode("{\\"a\\": [1, null]}")', {"a": [1, None]}),
        ('jsonencode({ b = [1, "<"], a = null })', '{"a":null,"b":[1,"\\u003c"]}'),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("length({ a = 1 })", 1),
        ('length("abc")', 3),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ('lower("AB")', "ab"),
        ("max(1, 3, 2)", 3),
        ('md5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ("merge({ a = 1, b = 1 }, { b = 2 }, null)", {"a": 1, "b": 2}),
        ("min([3, 1]...)", 1),
        ("one([])", None),
        ("one([5])", 5),
        ('parseint("ff", 16)', 255),
        ("pow(2, 10)", 1024),
        ("range(3)", [0, 1, 2]),
        ("range(5, 1, -2)", [5, 3]),
        ('regex("a(b+)", "xabbc")', ["bb"]),
        ('regex("(?P<x>b+)", "abb")', {"x": "bb"}),
        ('regexall("b", "abb")', ["b", "b"]),
        ('replace("a-b", "-", "_")', "a_b"),
        ('replace("a1b2", "/[0-9]/", "")', "ab"),
        ('replace("ab", "/(a)/", "<$1>")', "<a>b"),
        ("reverse([1, 2])", [2, 1]),
        ('setintersection(["a", "b"], ["b"])', ["b"]),
        ('setproduct(["a"], ["x", "y"])', [["a", "x"], ["a", "y"]]),
        ('setsubtract(["a", "b"], ["b"])', ["a"]),
        ('setunion(["a"], ["a", "b"])', ["a", "b"]),
        ("signum(-3)", -1),
        ("slice([1, 2, 3], 1, 3)", [2, 3]),
        ('sort(["b", "a"])', ["a", "b"]),
        ('split(",", "a,b")', ["a", "b"]),
        ('startswith("abc", "ab")', True),
        ('strcontains("abc", "b")', True),
        ('strrev("ab")', "ba"),
        ('substr("hello", 1, -1)', "ello"),
        ("sum([1, 2.5])", 3.5),
        ('title("hello world")', "Hello World"),
        ('tobool("true")', True),
        ('tonumber("5")', 5),
        ("tostring(5)", "5"),
        ("toset([1, 1])", [1]),
        ('transpose({ a = ["x"], b = ["x"] })', {"x": ["a", "b"]}),
        ('trim("?a?", "?")', "a"),
        ('trimprefix("ab", "a")', "b"),
        ('trimspace(" a ")', "a"),
        ('trimsuffix("ab", "b")', "a"),
        ('upper("a")', "A"),
        ('urlencode("a b/c")', "a+b%2Fc"),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ('yamldecode("a: [1, true]")', {"a": [1, True]}),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('core::upper("a")', "A"),
    ],
)
def test_functions(tmp_path: Path, expression: str, value: object) -> None:
    assert _value(tmp_path, expression).plain() == value


def test_there_are_as_many_functions_as_the_documents_say() -> None:
    assert len(list(function_names())) > 100


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("var.u", ReasonKind.VARIABLE),
        ("var.none", ReasonKind.REFERENCE),
        ("local.none", ReasonKind.REFERENCE),
        ("x_y.none.id", ReasonKind.REFERENCE),
        ("data.x_y.none.id", ReasonKind.REFERENCE),
        ("module.none.id", ReasonKind.REFERENCE),
        ("nothing", ReasonKind.REFERENCE),
        ("timestamp()", ReasonKind.FUNCTION),
        ("no_such_function(1)", ReasonKind.FUNCTION),
        ("var.u + 1", ReasonKind.VARIABLE),
        ("!var.u", ReasonKind.VARIABLE),
        ('upper("${var.u}x")', ReasonKind.VARIABLE),
        ("var.u ? 1 : 2", ReasonKind.VARIABLE),
        ("[for x in var.u : x]", ReasonKind.VARIABLE),
        ("1 / 0", ReasonKind.INVALID),
        ('1 + "a"', ReasonKind.INVALID),
        ("null + 1", ReasonKind.INVALID),
        ("!null", ReasonKind.INVALID),
        ("[1][4]", ReasonKind.INVALID),
        ("{}.a", ReasonKind.INVALID),
        ("null ? 1 : 2", ReasonKind.INVALID),
        ("each.key", ReasonKind.ITERATION),
        ('file("none.txt")', ReasonKind.FILE),
        ('file("/etc/hostname")', ReasonKind.FILE),
        ("terraform.workspace", ReasonKind.VARIABLE),
        ("upper()", ReasonKind.INVALID),
        ("jsondecode(null)", ReasonKind.INVALID),
        ('regex("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")', ReasonKind.LIMIT),
        ('yamldecode("a: &x [1]\\nb: *x")', ReasonKind.LIMIT),
        ("range(1e9)", ReasonKind.INVALID),
        ('format("%1000000d", 1)', ReasonKind.INVALID),
        ("pow(10, 400)", ReasonKind.INVALID),
        ("x_y.r.v", ReasonKind.CYCLE),
    ],
)
def test_what_cannot_be_told_says_why(tmp_path: Path, expression: str, kind: ReasonKind) -> None:
    value = _value(tmp_path, expression)
    if isinstance(value, Block):
        pytest.fail("a tree is not expected")
    assert _reason(value) is kind


def test_texts_that_double_are_bounded(tmp_path: Path) -> None:
    doubling = "\n".join(f'  t{n} = "${{local.t{n - 1}}}${{local.t{n - 1}}}"' for n in range(1, 60))
    unknown = "\n".join(f'  u{n} = "${{local.u{n - 1}}}${{local.u{n - 1}}}"' for n in range(1, 60))
    before = f'locals {{\n  t0 = "xxxxxxxx"\n{doubling}\n  u0 = var.u\n{unknown}\n}}'
    assert _reason(_value(tmp_path, "local.t59", before)) is ReasonKind.LIMIT
    assert _value(tmp_path, "local.u59", before).is_unknown


def test_loops_in_loops_are_bounded(tmp_path: Path) -> None:
    loops = "[for a in range(3000) : [for b in range(3000) : [for c in range(3000) : a]]]"
    value = _value(tmp_path, f"length(flatten({loops}))")
    assert value.is_unknown
    assert not Budget(3).spend(4)


def test_chains_of_references_are_bounded(tmp_path: Path) -> None:
    chain = "\n".join(f"  l{n} = local.l{n - 1}" for n in range(1, 3000))
    value = _value(tmp_path, "local.l2999", f"locals {{\n  l0 = 1\n{chain}\n}}")
    assert value.is_unknown or value == 1


def test_cycles_are_told(tmp_path: Path) -> None:
    value = _value(tmp_path, "local.a", "locals {\n  a = local.b\n  b = local.a\n}")
    assert _reason(value) is ReasonKind.CYCLE


def test_values_keep_the_place_of_their_literal(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  acl = var.acl\n}\n',
            "variables.tf": 'variable "acl" {\n  default = "private"\n}\n',
            "terraform.tfvars": '\nacl = "public-read"\n',
            "m/main.tf": 'variable "acl" {}\nlocals { a = var.acl }\nresource "x_y" "r" {\n  acl = local.a\n}\n',
        },
    )
    acl = _declared(reading, "module.m.x_y.r").tree["acl"]
    assert acl == "public-read"
    assert str(acl.place) == "m/main.tf:4"
    assert str(acl.root) == "terraform.tfvars:2"
    assert [str(call.place) for call in _declared(reading, "module.m.x_y.r").calls] == ["main.tf:1"]


def test_values_of_variables_come_in_terraforms_order(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "a" { default = 1 }\nresource "x_y" "r" {\n  v = var.a\n}\n',
        "terraform.tfvars": "a = 2\n",
        "b.auto.tfvars": "a = 4\n",
        "a.auto.tfvars.json": '{"a": 3}',
        "named/given.tfvars": "a = 5\n",
    }
    assert _declared(_read(tmp_path, files), "x_y.r").tree["v"] == 4
    given = _read(tmp_path, files, var_files=(tmp_path / "named/given.tfvars",))
    assert _declared(given, "x_y.r").tree["v"] == 5


def test_optional_attributes_are_filled_in(tmp_path: Path) -> None:
    before = (
        'variable "a" {\n  type = map(object({\n    x = optional(number, 5)\n    y = optional(object({ z = optional(string, "q") }), {})\n'
        '    w = optional(string)\n  }))\n  default = { k = {}, l = { x = 1, y = { z = "p" } } }\n}\n'
    )
    value = _value(tmp_path, "var.a", before)
    assert value.plain() == {"k": {"x": 5, "y": {"z": "q"}}, "l": {"x": 1, "y": {"z": "p"}}}
    assert isinstance(value["k"]["w"], Absent)


def test_scalars_are_converted_by_their_type(tmp_path: Path) -> None:
    assert _value(tmp_path, "var.n", 'variable "n" {\n  type = number\n  default = "5"\n}\n').plain() == 5
    assert _value(tmp_path, "var.s", 'variable "s" {\n  type = string\n  default = 5\n}\n').plain() == "5"
    assert (
        _reason(_value(tmp_path, "var.n", 'variable "n" {\n  type = number\n  default = "x"\n}\n'))
        is ReasonKind.INVALID
    )


def test_a_variable_that_refuses_null_takes_its_default(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  a = null\n  b = null\n}\n',
            "m/main.tf": 'variable "a" {\n  default = 1\n  nullable = false\n}\nvariable "b" { default = 1 }\n'
            'resource "x_y" "r" {\n  a = var.a\n  b = var.b\n}\n',
        },
    )
    tree = _declared(reading, "module.m.x_y.r").tree
    assert tree["a"] == 1
    assert tree["b"].is_absent


def test_count_and_for_each_make_instances(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'resource "x_y" "c" {\n  count = 2\n  v = count.index\n}\n'
            'resource "x_y" "e" {\n  for_each = { "a b" = 1, c = 2 }\n  v = "${each.key}${each.value}"\n}\n'
            'resource "x_y" "s" {\n  for_each = toset(["p"])\n  v = each.value\n}\n'
            'resource "x_y" "none" {\n  count = false ? 1 : 0\n}\n'
            'resource "x_y" "r" {\n  v = [x_y.c[*].v, x_y.e["c"].v, [for k, i in x_y.e : i.v], x_y.none[*].v, one(x_y.none[*].v)]\n}\n'
        },
    )
    addresses = [declaration.address for declaration in reading.declarations]
    assert addresses == ["x_y.c[0]", "x_y.c[1]", 'x_y.e["a b"]', 'x_y.e["c"]', 'x_y.s["p"]', "x_y.r"]
    assert _declared(reading, "x_y.r").tree["v"].plain() == [[0, 1], "c2", ["a b1", "c2"], [], None]


def test_a_body_that_does_not_mention_its_instance_is_shared(tmp_path: Path) -> None:
    reading = _read(tmp_path, {"main.tf": 'resource "x_y" "c" {\n  count = 10000\n  v = 1\n}\n'})
    (declaration,) = reading.declarations
    assert (declaration.address, declaration.instances) == ("x_y.c[*]", 10000)


def test_a_number_of_instances_that_is_not_known_is_one_symbolic_instance(tmp_path: Path) -> None:
    text = (
        'variable "n" {}\nresource "x_y" "c" {\n  count = var.n\n  v = 1\n}\n'
        'resource "x_y" "e" {\n  for_each = var.n\n  v = 2\n  w = each.value\n}\n'
        'resource "x_y" "r" {\n  a = x_y.c[0].id\n  b = x_y.e["k"].id\n  c = try(x_y.c[0].id, null)\n  d = one(x_y.c[*].id)\n'
        '  e = join("", x_y.c[*].id)\n}\n'
    )
    reading = _read(tmp_path, {"main.tf": text})
    symbolic = _declared(reading, "x_y.e[*]")
    assert symbolic.instances is None
    assert symbolic.tree["v"] == 2
    assert symbolic.tree["w"].is_unknown
    tree = _declared(reading, "x_y.r").tree
    for name, target in (("a", "c"), ("b", "e"), ("c", "c"), ("d", "c"), ("e", "c")):
        value = tree[name]
        assert value.is_unknown
        assert value.references[0].target == f".#x_y.{target}[*]", name


def test_more_instances_than_are_evaluated_are_one_and_a_problem(tmp_path: Path) -> None:
    reading = _read(tmp_path, {"main.tf": 'resource "x_y" "c" {\n  count = 1000000\n  v = count.index\n}\n'})
    (declaration,) = reading.declarations
    assert declaration.instances == 1_000_000
    assert [problem.kind for problem in reading.problems] == [ProblemKind.LIMIT]


def test_references_keep_whom_they_are_of(tmp_path: Path) -> None:
    text = (
        'variable "name" {}\nresource "x_b" "b" {\n  name = "logs"\n  other = var.name\n}\n'
        'resource "x_y" "r" {\n  a = x_b.b.id\n  b = x_b.b.name\n  c = x_b.b.other\n  d = "${x_b.b.arn}/*"\n  e = x_b.b\n}\n'
    )
    tree = _declared(_read(tmp_path, {"main.tf": text}), "x_y.r").tree
    for name in ("a", "b", "c"):
        assert tree[name].references[0].target == ".#x_b.b"
    assert _reason(tree["a"]) is ReasonKind.AFTER_APPLY
    assert tree["b"] == "logs"
    assert tree["d"].is_unknown
    assert tree["d"] != "*"


def test_dynamic_blocks(tmp_path: Path) -> None:
    text = (
        'variable "u" {}\nresource "x_y" "r" {\n  rule {\n    v = 0\n  }\n'
        '  dynamic "rule" {\n    for_each = [1, 2]\n    content {\n      v = rule.value\n    }\n  }\n'
        '  dynamic "named" {\n    for_each = { a = { n = 5 } }\n    iterator = it\n    content {\n      v = "${it.key}${it.value.n}"\n'
        '      dynamic "inner" {\n        for_each = [it.value.n]\n        content {\n          w = inner.value\n        }\n      }\n    }\n  }\n'
        '  dynamic "perhaps" {\n    for_each = var.u ? [1] : []\n    content {\n      v = 1\n    }\n  }\n'
        '  dynamic "never" {\n    for_each = []\n    content {}\n  }\n}\n'
    )
    tree = _declared(_read(tmp_path, {"main.tf": text}), "x_y.r").tree
    assert [rule["v"].plain() for rule in tree["rule"].each()] == [0, 1, 2]
    assert tree.get("named", 0, "v") == "a5"
    assert tree.get("named", "inner", "w") == 5
    assert [block.is_unknown for block in tree["perhaps"].each()] == [True]
    assert list(tree["never"].each()) == []


def test_local_modules_are_evaluated_within_their_calls_alone(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "live/main.tf": 'module "a" {\n  source = "../modules/m"\n  for_each = toset(["x", "y"])\n  v = each.key\n}\n'
            'resource "x_y" "r" {\n  v = module.a["x"].id\n  w = [for k, m in module.a : m.v]\n}\n',
            "modules/m/main.tf": 'variable "v" {}\nmodule "n" {\n  source = "../n"\n}\nresource "x_y" "m" {\n  v = var.v\n}\n'
            'output "id" {\n  value = x_y.m.id\n}\noutput "v" {\n  value = x_y.m.v\n}\n',
            "modules/n/main.tf": 'resource "x_y" "n" {}\n',
        },
    )
    assert {declaration.root for declaration in reading.declarations} == {"live"}
    assert [d.address for d in reading.declarations if d.native_type == "x_y"] == [
        "x_y.r",
        'module.a["x"].x_y.m',
        'module.a["x"].module.n.x_y.n',
        'module.a["y"].x_y.m',
        'module.a["y"].module.n.x_y.n',
    ]
    tree = _declared(reading, "x_y.r").tree
    assert tree["v"].references[0].target == 'live#module.a["x"].x_y.m'
    assert tree["w"].plain() == ["x", "y"]
    assert reading.coverage.modules == 4


def test_remote_modules_are_read_where_init_put_them_and_counted_where_not(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}\n'
        'resource "x_y" "r" {\n  v = module.vpc.id\n}\n'
    }
    reading = _read(tmp_path, files)
    value = _declared(reading, "x_y.r").tree["v"]
    assert _reason(value) is ReasonKind.MODULE
    assert value.references[0].target == ".#module.vpc"
    assert [call.name for call in reading.coverage.modules_missing] == ["module.vpc (terraform-aws-modules/vpc/aws)"]
    assert reading.problems == ()
    files[".terraform/modules/modules.json"] = (
        '{"Modules": [{"Key": "", "Dir": "."}, {"Key": "vpc", "Dir": ".terraform/modules/vpc"}]}'
    )
    files[".terraform/modules/vpc/main.tf"] = 'resource "x_v" "this" {}\noutput "id" {\n  value = x_v.this.id\n}\n'
    fetched = _read(tmp_path, files)
    assert _declared(fetched, "x_y.r").tree["v"].references[0].target == ".#module.vpc.x_v.this"
    assert fetched.coverage.modules_missing == ()


def test_modules_in_a_circle_are_bounded_and_told(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "a/main.tf": 'module "b" {\n  source = "../b"\n}\nresource "x_y" "a" {}\n',
            "b/main.tf": 'module "a" {\n  source = "../a"\n}\nresource "x_y" "b" {}\n',
        },
    )
    assert {problem.kind for problem in reading.problems} == {ProblemKind.LOOP}
    assert "module.b.x_y.b" in [declaration.address for declaration in reading.declarations]


def test_a_module_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    reading = _read(tmp_path, {"main.tf": 'module "m" {\n  source = "./none"\n}\n'})
    assert [str(problem.place) for problem in reading.problems] == ["main.tf:1"]


def test_policy_documents_are_rendered(tmp_path: Path) -> None:
    text = (
        'data "aws_iam_policy_document" "base" {\n  statement {\n    sid = "A"\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n'
        '  statement {\n    sid = "B"\n    actions = ["a:b"]\n    resources = ["*"]\n  }\n}\n'
        'data "aws_iam_policy_document" "p" {\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n'
        '  statement {\n    sid = "A"\n    effect = "Deny"\n    not_actions = ["s3:Get*"]\n    resources = ["${x_b.b.arn}/*"]\n'
        '    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n'
        '    condition {\n      test = "StringEquals"\n      variable = "aws:PrincipalOrgID"\n      values = ["o-1"]\n    }\n  }\n}\n'
        'resource "x_b" "b" {}\nresource "x_y" "r" {\n  p = data.aws_iam_policy_document.p.json\n'
        "  q = jsondecode(data.aws_iam_policy_document.base.json).Statement[0].Action\n"
        "  s = data.aws_iam_policy_document.base.json\n}\n"
    )
    tree = _declared(_read(tmp_path, {"main.tf": text}), "x_y.r").tree
    document = tree["p"].document
    assert document is not None
    deny, other = document["Statement"].each()
    assert deny["Effect"] == "Deny"
    assert deny["NotAction"] == ["s3:Get*"]
    assert deny["Principal"]["AWS"] == ["*"]
    assert deny.get("Condition", "StringEquals", "aws:PrincipalOrgID") == ["o-1"]
    assert deny.get("Resource", 0) != "*"
    assert str(deny.place) == "main.tf:15"
    assert other["Sid"] == "B"
    assert tree["q"].plain() == ["s3:*"]
    assert tree["s"].text().startswith('{"Statement":[{"Action":["s3:*"]')


def test_files_and_templates_are_read_within_the_scan(tmp_path: Path) -> None:
    files = {
        "infra/main.tf": 'resource "x_y" "r" {\n  a = file("${path.module}/p.json")\n  b = templatefile("t.tpl", { n = ["x", "y"] })\n'
        '  c = fileexists("none")\n  d = fileset(path.module, "*.json")\n  e = file("../../secret")\n  f = file("link")\n}\n',
        "infra/p.json": "{}",
        "infra/t.tpl": "%{ for x in n }${x};%{ endfor }",
    }
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "scan").mkdir()
    _write(tmp_path / "scan", files)
    (tmp_path / "scan/infra/link").symlink_to(tmp_path / "secret")
    tree = _declared(read_terraform(tmp_path / "scan"), "x_y.r").tree
    assert tree["a"] == "{}"
    assert tree["b"] == "x;y;"
    assert tree["c"] == "false"
    assert tree["d"].plain() == ["p.json"]
    assert _reason(tree["e"]) is ReasonKind.FILE
    assert _reason(tree["f"]) is ReasonKind.FILE


def test_override_files_are_merged(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'resource "x_y" "r" {\n  a = 1\n  b = 1\n}\nlocals {\n  l = 1\n}\n',
            "override.tf": 'resource "x_y" "r" {\n  b = local.l\n}\nlocals {\n  l = 2\n}\n',
        },
    )
    assert _declared(reading, "x_y.r").tree.plain() == {"a": 1, "b": 2}


def test_what_is_declared_twice_is_a_problem_and_the_first_holds(tmp_path: Path) -> None:
    reading = _read(
        tmp_path, {"main.tf": 'resource "x_y" "r" {\n  a = 1\n}\n', "z.tf": 'resource "x_y" "r" {\n  a = 2\n}\n'}
    )
    assert _declared(reading, "x_y.r").tree["a"] == 1
    assert [(problem.kind, str(problem.place)) for problem in reading.problems] == [(ProblemKind.DUPLICATE, "z.tf:1")]


def test_the_json_form_is_evaluated_too(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf.json": '{"variable": {"a": {"default": 2}}, "resource": {"x_y": {"r": {"count": 2, "v": "${var.a}-${count.index}"}}}}'
        },
    )
    assert [declaration.tree["v"].plain() for declaration in reading.declarations] == ["2-0", "2-1"]


def test_merging_what_is_not_known_forgets_what_it_may_override(tmp_path: Path) -> None:
    value = _value(tmp_path, "merge({ a = 1 }, var.u, { b = 2 })")
    assert isinstance(value, Block)
    assert value["a"].is_unknown
    assert value["b"] == 2
    assert value["c"].is_unknown


def test_what_is_known_of_a_text_stays_known(tmp_path: Path) -> None:
    value = _value(tmp_path, 'format("arn:aws:s3:::%s/*", var.u)')
    assert isinstance(value, Unknown)
    assert value.sketch() == "arn:aws:s3:::${var.u}/*"
    assert isinstance(_value(tmp_path, '"a${1}b"'), Known)


def test_tags_of_the_provider_are_on_everything(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'variable "o" { default = "me" }\nprovider "aws" {\n  default_tags {\n    tags = { Owner = var.o, A = 1 }\n  }\n}\n'
            'provider "aws" {\n  alias = "other"\n}\nresource "aws_x" "r" {\n  tags = { A = 2 }\n}\n'
            'resource "aws_x" "o" {\n  provider = aws.other\n  tags = { A = 3 }\n}\nmodule "m" {\n  source = "./m"\n}\n',
            "m/main.tf": 'resource "aws_x" "r" {}\n',
        },
    )
    inventory = assemble([reading], terraform_shapes())
    assert inventory.assets[".#aws_x.r"].tags.plain() == {"Owner": "me", "A": 2}
    assert inventory.assets[".#aws_x.o"].tags.plain() == {"A": 3}
    assert inventory.assets[".#module.m.aws_x.r"].tags.plain() == {"Owner": "me", "A": 1}


def test_a_module_of_which_no_instance_is_made_is_counted(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  count = 0\n}\n',
            "m/main.tf": 'resource "x_y" "r" {}\n',
        },
    )
    assert [declaration.address for declaration in reading.declarations] == ["module.m"]
    assert reading.coverage.unused == ("m",)

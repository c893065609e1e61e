"""HCL's native syntax and its JSON form: the specification's examples, places, and files that are not in order."""

import pickle

import pytest

from watchword.adapters.terraform._hcl import Source, parse, parse_json, parse_json_values, parse_template
from watchword.adapters.terraform._hcl.syntax import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    Literal,
    Object,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    Tuple,
    Unary,
)
from watchword.inventory import Place


def _expression(text: str) -> Expression:
    source = parse(f"x = {text}\n", "a.tf")
    assert source.problems == ()
    return source.body.attributes["x"].expression


def _value(text: str) -> object:
    expression = _expression(text)
    assert isinstance(expression, Literal)
    return expression.value


def _problem(text: str) -> str:
    source = parse(text, "a.tf")
    assert source.problems
    assert source.problems[0].place.line >= 1
    return source.problems[0].text


def test_bodies_have_attributes_and_blocks_with_labels() -> None:
    source = parse(
        'io_mode = "async"\n\nservice "http" "web_proxy" {\n  listen_addr = "127.0.0.1:8080"\n\n'
        '  process "main" {\n    command = ["/usr/local/bin/awesome-app", "server"]\n  }\n  process mgmt {}\n}\n',
        "a.tf",
    )
    assert source.problems == ()
    assert list(source.body.attributes) == ["io_mode"]
    (service,) = source.body.blocks
    assert (service.type, service.labels) == ("service", ("http", "web_proxy"))
    assert [block.labels for block in service.body.blocks] == [("main",), ("mgmt",)]
    assert source.place(service.start, service.end) == Place("a.tf", 3, 10, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        ("12", 12),
        ("-12.5", -12.5),
        ("1e3", 1000.0),
        ("true", True),
        ("null", None),
        (r'"a\n\t\"\\b"', 'a\n\t"\\b'),
        (r'"\u00e9\U0001F600"', "é😀"),
        ('"$${x} %%{y} $5 100%"', "${x} %{y} $5 100%"),
        ("(3)", 3),
        ('("a")', "a"),
    ],
)
def test_literals(text: str, value: object) -> None:
    assert _value(text) == value


def test_operators_bind_as_the_specification_says() -> None:
    expression = _expression("a || b && !c == 1 + 2 * 3")
    assert isinstance(expression, Binary)
    assert expression.operator == "||"
    conjunction = expression.right
    assert isinstance(conjunction, Binary)
    assert conjunction.operator == "&&"
    equality = conjunction.right
    assert isinstance(equality, Binary)
    assert isinstance(equality.left, Unary)
    addition = equality.right
    assert isinstance(addition, Binary)
    assert addition.operator == "+"
    left = _expression("10 - 4 - 3")
    assert isinstance(left, Binary)
    assert isinstance(left.left, Binary)


def test_conditionals_nest_to_the_right() -> None:
    expression = _expression('a ? 1 : b ? "x" : 3')
    assert isinstance(expression, Conditional)
    assert isinstance(expression.otherwise, Conditional)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a.b.c", ("b", "c")),
        ("a[0].b", (0, "b")),
        ('a["k"].b', ("k", "b")),
        ("a.0.b", (0, "b")),
        ("a-b.c-d", ("c-d",)),
    ],
)
def test_traversals(text: str, steps: tuple[object, ...]) -> None:
    expression = _expression(text)
    assert isinstance(expression, Traversal)
    assert expression.steps == steps


def test_an_index_may_be_an_expression() -> None:
    expression = _expression("a[b.c + 1]")
    assert isinstance(expression, Traversal)
    assert isinstance(expression.steps[0], Binary)


def test_splats() -> None:
    full = _expression("a.b[*].c[0].d")
    assert isinstance(full, Splat)
    assert full.steps == ("c", 0, "d")
    names = _expression("a.*.b[0]")
    assert isinstance(names, Access)
    assert names.steps == (0,)
    assert isinstance(names.of, Splat)


def test_calls() -> None:
    call = _expression("merge(\n  a,\n  { x = 1 },\n  b...\n)")
    assert isinstance(call, Call)
    assert (call.name, len(call.arguments), call.expand) == ("merge", 3, True)
    named = _expression('provider::aws::arn_parse("x",)')
    assert isinstance(named, Call)
    assert named.name == "provider::aws::arn_parse"


def test_collections() -> None:
    elements = _expression("[\n  1,\n  2, # two\n]")
    assert isinstance(elements, Tuple)
    assert len(elements.elements) == 2
    items = _expression('{\n  a = 1 // one\n  "b" : 2, c = 3\n  (d) = 4\n  e = x ? {\n    f = 1\n  } : null\n}')
    assert isinstance(items, Object)
    assert len(items.items) == 5
    assert isinstance(items.items[3][0], Traversal)


def test_for_expressions() -> None:
    tuple_ = _expression('[for k, v in m : "${k}" if v != ""]')
    assert isinstance(tuple_, ForTuple)
    assert (tuple_.key, tuple_.value) == ("k", "v")
    assert tuple_.condition is not None
    object_ = _expression("{\n  for v in l : v.a => v...\n}")
    assert isinstance(object_, ForObject)
    assert object_.group
    assert object_.key is None


def test_templates() -> None:
    assert isinstance(_expression('"${a}"'), Traversal)
    template = _expression('"a ${b} c ${"inner ${d}"}"')
    assert isinstance(template, Template)
    assert [type(part) for part in template.parts] == [Literal, Traversal, Literal, Template]
    directive = _expression('"%{ if a }x%{ else }y%{ endif }"')
    assert isinstance(directive, Template)
    assert isinstance(directive.parts[0], TemplateIf)
    loop = _expression('"%{ for k, v in m ~}  ${v},%{ endfor }"')
    assert isinstance(loop, Template)
    assert isinstance(loop.parts[0], TemplateFor)


def test_strip_markers_take_blanks_beside_them() -> None:
    template = _expression('"a  ${~ b ~}  c"')
    assert isinstance(template, Template)
    assert [part.value for part in template.parts if isinstance(part, Literal)] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<<EOT\n  a\n b\nEOT", "  a\n b\n"),
        ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"),
        ("<<-EOT\n    a\n\n    b\n    EOT", "a\n\nb\n"),
        ("<<EOT\nEOT", ""),
        ("<<EOT\n\\n $${x}\nEOT", "\\n ${x}\n"),
        ("<<EOT\r\na\r\nEOT\r", "a\r\n"),
    ],
)
def test_heredocs(text: str, value: str) -> None:
    assert _value(text) == value


def test_a_heredoc_may_hold_templates_and_is_always_a_text() -> None:
    expression = _expression("<<-EOT\n  ${a}\n    b ${c}\n  EOT")
    assert isinstance(expression, Template)
    assert [part.value for part in expression.parts if isinstance(part, Literal)] == ["\n  b ", "\n"]
    # A name that stands at the beginning of a line may begin with the marker's letters.
    assert _value("<<EOT\nEOTX\nEOT") == "EOTX\n"


def test_comments_stand_anywhere() -> None:
    source = parse("# a\n/* b\n */ x = 1 # c\n// d\ny = [ /* e */ 1, # f\n  2 ]\nz { # g\n  a = 1\n} // h\n", "a.tf")
    assert source.problems == ()
    assert set(source.body.attributes) == {"x", "y"}
    assert source.body.blocks[0].type == "z"


def test_a_block_of_one_line() -> None:
    source = parse('variable "a" { default = "x" }\nvariable "b" {}\n', "a.tf")
    assert source.problems == ()
    assert source.body.blocks[0].body.attributes["default"].expression[0] == "x"


@pytest.mark.parametrize(
    "text",
    [
        "x =\n",
        "x = = 1\n",
        "x = [1\n",
        "x = {a = 1\n",
        'x = "a\n"\n',
        'x = "${a"\n',
        "x = <<EOT\na\n",
        "x = 1 2\n",
        'x = "\\q"\n',
        'x = "\\uD8"\n',
        'x = "%{ if a }"\n',
        'x = "%{ endif }"\n',
        "x = <<E\n${\nE\n",
        "resource {\n",
        "}\n",
        "= 1\n",
        "x = 1\nx = 2\n",
        "x = " + "9" * 400 + "\n",
        "x = 1e999\n",
        "x = f(a..., b)\n",
        "x = [for a in b]\n",
        "x = a ? b\n",
        "x = {for a in b : c}\n",
        "\x00",
    ],
)
def test_what_does_not_parse_is_a_problem_with_its_place(text: str) -> None:
    assert _problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 5000 + "\n",
        "x = " + "[" * 5000,
        "x = " + "!" * 5000 + "a\n",
        "a {\n" * 5000,
        "x = " + '"${' * 3000,
        "x = " + '"%{ if ' * 3000,
        "x = " + "a ? b : " * 5000 + "c\n",
        "x = " + "-" * 5000 + "1\n",
        "x = " + "{a=" * 5000,
        "x = a" + "[*]" * 5000,
    ],
)
def test_nesting_is_bounded(text: str) -> None:
    assert "deep" in _problem(text)


def test_one_bad_block_does_not_take_the_others_with_it() -> None:
    source = parse(
        'resource "a" "b" {\n  x = 1\n}\nresource "a" "bad" {\n  x = = 1\n}\nresource "a" "c" {\n  y = 2\n}\n', "a.tf"
    )
    assert [block.labels for block in source.body.blocks] == [("a", "b"), ("a", "c")]
    (problem,) = source.problems
    assert problem.place == Place("a.tf", 5, 5, 7)


def test_a_file_of_bad_blocks_says_so_a_bounded_number_of_times() -> None:
    source = parse('resource "a" "b" {\n  x = = 1\n}\n' * 1000, "a.tf")
    assert len(source.problems) == 50


def test_long_operators_do_not_nest() -> None:
    assert isinstance(_expression(" + ".join(["1"] * 5000)), Binary)
    assert parse("x = " + "a" * 100_000 + " \n", "a.tf").problems == ()
    assert parse("a" * 100_000, "a.tf").problems


def test_the_json_form() -> None:
    source = parse_json(
        '{"resource": {"aws_s3_bucket": {"b": {"bucket": "x-${var.a}", "tags": {"A": "${local.t}"}}}},\n'
        ' "variable": {"a": [{"default": 1.5}]}, "locals": {"z": [1, true, null, "a\\u00e9\\n"]}, "//": "comment"}',
        "a.tf.json",
    )
    assert source.problems == ()
    bucket, variable, locals_ = source.body.blocks
    assert bucket.labels == ("aws_s3_bucket", "b")
    assert isinstance(bucket.body.attributes["bucket"].expression, Template)
    assert variable.labels == ("a",)
    assert source.place(variable.start, variable.end).line == 2
    assert isinstance(locals_.body.attributes["z"].expression, Tuple)


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{", '{"a" 1}', '{"a": }', '{"a": 1} x', '{"a": "\\q"}', "[" * 5000, '{"a": 1e999}', '{"a": "'],
)
def test_json_that_is_none_is_a_problem(text: str) -> None:
    assert parse_json(text, "a.tf.json").problems


def test_a_template_in_json_that_does_not_parse_is_a_problem_and_the_rest_counts() -> None:
    source = parse_json('{"locals": {"a": "${", "b": 1}}', "a.tf.json")
    assert len(source.problems) == 1
    assert set(source.body.blocks[0].body.attributes) == {"a", "b"}


def test_values_in_json_are_no_templates() -> None:
    source = parse_json_values('{"a": "${x}"}', "a.tfvars.json")
    assert source.body.attributes["a"].expression[0] == "${x}"


def test_what_was_parsed_can_be_kept() -> None:
    source = parse('resource "a" "b" {\n  x = [1, "${c.d}"]\n}\ny = =\n', "a.tf")
    kept = pickle.loads(pickle.dumps(source))
    assert (kept.file, kept.body, kept.problems) == (source.file, source.body, source.problems)
    assert kept.place(0, 5) == source.place(0, 5)


def test_a_template_file() -> None:
    source, expression = parse_template("hello ${name}%{ for x in xs }, ${x}%{ endfor }\n", "t.tpl")
    assert isinstance(source, Source)
    assert isinstance(expression, Template)
    assert parse_template("%{ endif }", "t.tpl")[1] is None

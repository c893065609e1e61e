"""Settings as edits of Terraform: where they go, in the file's own manner, and what is refused."""

import pytest

from watchword.adapters.terraform._hcl.parser import parse
from watchword.adapters.terraform.writing import TerraformWriter
from watchword.inventory import Beside, Place, Setting, Wanted
from watchword.inventory.edits import Refusal, apply

_FILE = "main.tf"


def _at(text: str, start: str) -> Place:
    """Where the block or argument begins that starts with these words."""
    offset = text.index(start)
    return parse(text, _FILE).place(offset, offset + len(start))


def _set(text: str, *wanted: tuple[str, Wanted], at: str = "resource") -> str:
    writer = TerraformWriter(text, _FILE)
    settings = [Setting(value=value, at=_at(text, at), path=path, whole=True) for path, value in wanted]
    return apply(text, writer.edits([writer.changes(setting) for setting in settings]))


def test_a_literal_is_written_anew_and_its_comment_stays() -> None:
    text = 'resource "t" "n" {\n  on    = false # for now\n  other = 1\n}\n'
    assert _set(text, ("on", True)) == text.replace("false", "true ", 1).replace("true  #", "true #")


def test_a_literal_in_quotes_stays_in_quotes() -> None:
    assert _set('resource "t" "n" {\n  on = "false"\n}\n', ("on", True)) == 'resource "t" "n" {\n  on = "true"\n}\n'


def test_an_argument_is_aligned_with_those_before_it() -> None:
    text = 'resource "t" "n" {\n  long_name = 1\n  b         = 2 # two\n\n  block {\n  }\n}\n'
    assert _set(text, ("on", True)) == text.replace("# two\n", "# two\n  on        = true\n")


def test_an_argument_with_a_longer_name_stands_apart() -> None:
    text = 'resource "t" "n" {\n  a = 1\n}\n'
    assert _set(text, ("longer", True), ("on", 3)) == (
        'resource "t" "n" {\n  a = 1\n\n  longer = true\n  on     = 3\n}\n'
    )


def test_a_block_goes_to_the_end_and_two_settings_share_it() -> None:
    text = 'resource "t" "n" {\n  a = 1\n}\n'
    assert _set(text, ("opts.tokens", "required"), ("opts.hops", 1)) == (
        'resource "t" "n" {\n  a = 1\n\n  opts {\n    tokens = "required"\n    hops   = 1\n  }\n}\n'
    )


def test_nested_blocks_are_made_where_none_was_written() -> None:
    assert _set('resource "t" "n" {\n}\n', ("rule.apply.algorithm", "aws:kms")) == (
        'resource "t" "n" {\n  rule {\n    apply {\n      algorithm = "aws:kms"\n    }\n  }\n}\n'
    )


def test_a_block_that_is_there_is_used() -> None:
    text = 'resource "t" "n" {\n  opts {\n    hops = 1\n  }\n}\n'
    assert _set(text, ("opts.on", True)) == text.replace("hops = 1\n", "hops = 1\n    on   = true\n")


def test_before_nested_blocks_where_there_is_no_argument() -> None:
    text = 'resource "t" "n" { # why\n  opts {\n  }\n}\n'
    assert _set(text, ("on", True)) == 'resource "t" "n" { # why\n  on = true\n\n  opts {\n  }\n}\n'


def test_blocks_of_one_line_get_lines_of_their_own() -> None:
    assert _set('resource "t" "n" {}', ("on", True)) == 'resource "t" "n" {\n  on = true\n}'
    assert _set('resource "t" "n" { a = 1 }\n', ("on", True)) == 'resource "t" "n" {\n  a = 1\n  on = true\n}\n'


def test_tabs_line_ends_and_a_missing_last_one_are_kept() -> None:
    text = 'resource "t" "n" {\r\n\ta = 1\r\n}'
    assert _set(text, ("b", True)) == 'resource "t" "n" {\r\n\ta = 1\r\n\tb = true\r\n}'
    assert _set(text, ("opts.on", True)) == (
        'resource "t" "n" {\r\n\ta = 1\r\n\r\n\topts {\r\n\t\ton = true\r\n\t}\r\n}'
    )


def test_an_argument_goes_after_a_heredoc_and_after_several_lines() -> None:
    heredoc = 'resource "t" "n" {\n  a = <<EOT\n  on = false\nEOT\n}\n'
    assert _set(heredoc, ("on", True)) == heredoc.replace("EOT\n}", "EOT\n  on = true\n}")
    several = 'resource "t" "n" {\n  a = [\n    1,\n  ]\n}\n'
    assert _set(several, ("on", True)) == several.replace("]\n", "]\n  on = true\n")


def test_a_declaration_beside_another() -> None:
    text = 'resource "aws_s3_bucket" "b" {\n}\n\n# next\n'
    writer = TerraformWriter(text, _FILE)
    beside = Beside(native_type="aws_s3_bucket_versioning", by="bucket")
    setting = Setting(value="Enabled", at=_at(text, "resource"), path="v.status", whole=True, beside=beside)
    assert apply(text, writer.edits([writer.changes(setting)])) == (
        'resource "aws_s3_bucket" "b" {\n}\n\nresource "aws_s3_bucket_versioning" "b" {\n'
        '  bucket = aws_s3_bucket.b.id\n\n  v {\n    status = "Enabled"\n  }\n}\n\n# next\n'
    )


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        pytest.param('resource "t" "n" {\n  on = var.x\n}\n', "on", "computed", id="an expression"),
        pytest.param('resource "t" "n" {\n  o {\n  }\n  o {\n  }\n}\n', "o.on", "several", id="two blocks"),
        pytest.param('resource "t" "n" {\n  o = {}\n}\n', "o.on", "is a value", id="a map for a block"),
        pytest.param('resource "t" "n" {\n  o {\n  }\n}\n', "o", "is a block", id="a block for an argument"),
        pytest.param('resource "t" "n" {\n  a = <<E\nx\nE\n}\n', "a", "several lines", id="a heredoc"),
        pytest.param('resource "t" "n" {\n  a = 1 /* x\n  */\n}\n', "on", "comment", id="a comment that goes on"),
        pytest.param(
            'resource "t" "n" {\n  dynamic "o" {\n    for_each = []\n    content {}\n  }\n}\n',
            "o.on",
            "dynamic",
            id="a dynamic block",
        ),
    ],
)
def test_what_is_refused(text: str, path: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        _set(text, (path, True))


@pytest.mark.parametrize(
    ("argument", "naming"),
    [
        ("count = 2", "  count  = length(aws_s3_bucket.b)\n  bucket = aws_s3_bucket.b[count.index].id\n"),
        ("for_each = local.x", "  for_each = aws_s3_bucket.b\n  bucket   = each.value.id\n"),
    ],
)
def test_a_declaration_beside_each_of_several(argument: str, naming: str) -> None:
    text = f'resource "aws_s3_bucket" "b" {{\n  {argument}\n}}\n'
    writer = TerraformWriter(text, _FILE)
    beside = Beside(native_type="aws_s3_bucket_versioning", by="bucket")
    setting = Setting(value=True, at=_at(text, "resource"), path="on", whole=True, beside=beside)
    assert apply(text, writer.edits([writer.changes(setting)])) == (
        f'{text}\nresource "aws_s3_bucket_versioning" "b" {{\n{naming}\n  on = true\n}}\n'
    )


def test_no_declaration_beside_what_is_no_resource() -> None:
    text = 'module "b" {\n}\n'
    beside = Beside(native_type="aws_s3_bucket_versioning", by="bucket")
    setting = Setting(value=True, at=_at(text, "module"), path="on", whole=True, beside=beside)
    with pytest.raises(Refusal, match="no resource"):
        TerraformWriter(text, _FILE).changes(setting)


def test_two_settings_that_want_different_things_are_refused_together() -> None:
    text = 'resource "t" "n" {\n}\n'
    with pytest.raises(Refusal, match="different things"):
        _set(text, ("on", True), ("on", False))


def test_the_literal_that_a_value_comes_from_is_found_by_its_argument_and_by_itself() -> None:
    text = 'variable "v" {\n  default = false\n}\n\nlocals {\n  m = { a = false }\n}\n'
    writer = TerraformWriter(text, _FILE)
    for start in ("default", "false }"):
        change = writer.literal(_at(text, start), value=True)
        assert apply(text, writer.edits([change])).count("true") == 1
    with pytest.raises(Refusal, match="no literal"):
        writer.literal(_at(text, "m ="), value=True)


def test_a_template_is_not_made_by_a_text() -> None:
    assert _set('resource "t" "n" {\n}\n', ("a", '${x} "q"')) == 'resource "t" "n" {\n  a = "$${x} \\"q\\""\n}\n'

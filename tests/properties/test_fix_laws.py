"""Laws of edits: what stands outside of them stays as it is, whatever a file looks like, and what is set is read back."""

from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters.documents.spans import Leaf, Pairs, spans_of
from watchword.adapters.documents.writing import DocumentWriter
from watchword.adapters.terraform._hcl.parser import parse
from watchword.adapters.terraform._hcl.syntax import Body, Literal
from watchword.adapters.terraform.writing import TerraformWriter
from watchword.inventory import Place, Setting
from watchword.inventory.edits import Edit, Writer, apply, ordered, overlap

_eols = st.sampled_from(["\n", "\r\n"])
_indents = st.sampled_from(["  ", "    ", "\t"])
_comments = st.sampled_from(["", " # why", " // ü 😀", " /* a */"])
_lines_between = st.lists(st.sampled_from(["", "# c", "// d", "/* e */"]), max_size=3)
_names = st.sampled_from(["a", "bb", "a_longer_name", "tags"])
_off = st.sampled_from(["false", "null", '"false"'])
_values = st.sampled_from(["1", '"x"', "var.y", "[1, 2]", '"${a.b}"', "{ a = 1 }"])


@st.composite
def _terraform(draw: st.DrawFn) -> str:
    """A file with one resource that may have any of the arguments, nested blocks and comments that people write."""
    eol, indent = draw(_eols), draw(_indents)
    lines = [*draw(_lines_between), 'resource "t" "n" {' + draw(_comments)]
    for name in draw(st.lists(_names, unique=True)):
        lines += [f"{indent}{line}" if line else "" for line in draw(_lines_between)]
        lines.append(f"{indent}{name}{' ' * draw(st.integers(1, 4))}= {draw(_values)}{draw(_comments)}")
    if draw(st.booleans()):
        lines.append(f"{indent}on = {draw(_off)}{draw(_comments)}")
    for number in range(draw(st.integers(0, 2))):
        lines += ["", f"{indent}other{number} {{{draw(_comments)}", f"{indent}{indent}x = 1", f"{indent}}}"]
    if draw(st.booleans()):
        lines += [
            f"{indent}opts {{",
            *(f"{indent}{indent}hops = 2" for _ in range(draw(st.integers(0, 1)))),
            indent + "}",
        ]
    lines += ["}" + draw(_comments), *draw(_lines_between)]
    return eol.join(lines) + draw(st.sampled_from(["", eol]))


@given(_terraform(), st.lists(st.sampled_from(["on", "opts.on", "opts.in.on", "fresh.on"]), min_size=1, unique=True))
def test_what_is_set_in_terraform_is_read_back_and_the_rest_stays(text: str, paths: list[str]) -> None:
    writer = TerraformWriter(text, "main.tf")
    at = parse(text, "main.tf").place(text.index("resource"), len(text))
    settings = [Setting(value=True, at=at, path=path, whole=True) for path in paths]
    edited = _edited(text, writer, settings)
    source = parse(edited, "main.tf")
    assert not source.problems
    for path in paths:
        assert _terraform_value(source.body.blocks[0].body, path.split(".")) in {True, "true"}
    assert _comments_of(edited) == _comments_of(text)
    # Doing it again finds it done: nothing is put in twice.
    again = TerraformWriter(edited, "main.tf")
    assert _edited(edited, again, settings) == edited


def _terraform_value(body: Body, steps: list[str]) -> object:
    for step in steps[:-1]:
        (block,) = (one for one in body.blocks if one.type == step)
        body = block.body
    expression = body.attributes[steps[-1]].expression
    return expression.value if isinstance(expression, Literal) else expression


def _comments_of(text: str) -> list[str]:
    return [text[at:].splitlines()[0] for at in range(len(text)) if text.startswith(("# ", "// ", "/* "), at)]


@st.composite
def _yaml(draw: st.DrawFn) -> str:
    eol, step = draw(_eols), draw(st.sampled_from([2, 4]))
    pad = " " * step
    comments = st.sampled_from(["", "  # why ü"])
    lines = [*draw(st.lists(st.sampled_from(["# head", ""]), max_size=2)), f"kind: Pod{draw(comments)}"]
    for name in draw(st.lists(st.sampled_from(["a", "b", "c"]), unique=True)):
        shape = draw(st.integers(0, 5))
        if shape == 0:
            lines.append(f"{name}: 'x'{draw(comments)}")
        elif shape == 1:
            lines += [f"{name}: |", f"{pad}on: false", "", f"{pad}# text"]
        elif shape == 2:
            lines += [f"{name}:{draw(comments)}", f"{pad}x: 1{draw(comments)}"]
        elif shape == 3:
            lines.append(f"{name}: {{x: 1, y: [1, 2]}}{draw(comments)}")
        elif shape == 4:
            lines += [f"{name}:", f"- x: 1{draw(comments)}", "  y: 2"]
        else:
            lines.append(f"{name}: 😀 text{draw(comments)}")
    spec = draw(st.sampled_from(["none", "braces", "block", "empty braces"]))
    if spec == "braces":
        lines.append(f"spec: {{a: 1}}{draw(comments)}")
    elif spec == "empty braces":
        lines.append("spec: {}")
    elif spec == "block":
        lines += ["spec:", f"{pad}a: 1{draw(comments)}", *([f"{pad}on: false"] if draw(st.booleans()) else [])]
    return eol.join(lines) + draw(st.sampled_from(["", eol, eol + "---" + eol + "kind: Other" + eol]))


@given(_yaml(), st.lists(st.sampled_from(["spec.on", "top", "spec.in.on"]), min_size=1, unique=True))
def test_what_is_set_in_yaml_is_read_back_and_the_rest_stays(text: str, paths: list[str]) -> None:
    (first, *_) = spans_of(text, is_json=False)
    settings = [
        Setting(value=True, at=Place("a.yaml", first.line, first.line, first.column), path=path) for path in paths
    ]
    edited = _edited(text, DocumentWriter(text, "a.yaml"), settings)
    (now, *others) = spans_of(edited, is_json=False)
    assert len(others) == len(spans_of(text, is_json=False)) - 1
    for path in paths:
        assert _yaml_value(now, path.split(".")) == "true"
    assert [line for line in edited.splitlines() if line.lstrip().startswith("#")] == [
        line for line in text.splitlines() if line.lstrip().startswith("#")
    ]
    assert _edited(edited, DocumentWriter(edited, "a.yaml"), settings) == edited


def _yaml_value(span: object, steps: list[str]) -> str:
    for step in steps:
        assert isinstance(span, Pairs)
        found = span.find(step)
        assert found is not None
        span = found[1]
    assert isinstance(span, Leaf)
    return span.text


def _edited(text: str, writer: Writer, settings: list[Setting]) -> str:
    """Apply, and look that everything outside of the spans is what it was, line ends with it."""
    edits = writer.edits([writer.changes(setting) for setting in settings])
    assert not overlap(edits)
    edited = apply(text, edits)
    at, here = 0, 0
    for edit in ordered(edits):
        kept = text[at : edit.start]
        assert edited[here : here + len(kept)] == kept
        here += len(kept) + len(edit.text)
        at = edit.end
    assert edited[here:] == text[at:]
    assert edited.endswith("\n") == text.endswith("\n") or any(edit.end == len(text) for edit in edits)
    if "\r\n" in text:
        assert edited.count("\n") == edited.count("\r\n")
    else:
        assert "\r" not in edited
    return edited


_spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.text(max_size=5)), max_size=6)


@given(st.text(min_size=35, max_size=60), _spans)
def test_edits_that_do_not_overlap_change_their_spans_alone(text: str, drawn: list[tuple[int, int, str]]) -> None:
    edits: list[Edit] = []
    for start, length, new in drawn:
        if not overlap([*edits, Edit(start, start + length, new)]):
            edits.append(Edit(start, start + length, new))
    edited = apply(text, edits)
    assert len(edited) == len(text) + sum(len(edit.text) - (edit.end - edit.start) for edit in edits)
    back, at, here = [], 0, 0
    for edit in ordered(edits):
        here += edit.start - at
        back.append(Edit(here, here + len(edit.text), text[edit.start : edit.end]))
        here, at = here + len(edit.text), edit.end
    assert apply(edited, back) == text

"""HCL, HashiCorp's configuration language, as its native syntax specification has it, and its JSON form.

    source = parse(text, "main.tf")
    source.body.blocks[0].body.attributes["bucket"].expression
    source.problems                  # what did not parse: one a block, the rest of the file counts
    source.place(start, end)         # lines and columns of a span

`syntax` is the tree, `parser` reads the native form, `json_form` the other.
"""

from watchword.adapters.terraform._hcl.json_form import parse_json, parse_json_values
from watchword.adapters.terraform._hcl.parser import parse, parse_template
from watchword.adapters.terraform._hcl.syntax import Source

__all__ = ["Source", "parse", "parse_json", "parse_json_values", "parse_template"]

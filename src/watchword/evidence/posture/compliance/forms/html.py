"""A report as one page of HTML that needs nothing else: for mail, for a browser, for print."""

from collections.abc import Iterator
from html import escape
from typing import Final

from watchword.evidence.posture.compliance.forms.sheet import Heading, Sentence, sheet, title
from watchword.evidence.posture.compliance.reporting import PeriodicReport

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --alarm: #b3261e; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; width: 100%; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: break-word; max-width: 26rem; }
.alarm { border-left: .4rem solid var(--alarm); padding: .5rem .8rem; font-weight: 600; }
@media (prefers-color-scheme: dark) { :root { --alarm: #f2b8b5; } }
@media print { body { max-width: none; margin: 0; } h2 { break-before: auto; } tr { break-inside: avoid; } }
"""


def render(report: PeriodicReport) -> Iterator[str]:
    name = escape(title(report))
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    for part in sheet(report):
        if isinstance(part, Heading):
            yield f"<h{part.level}>{_text(part.text)}</h{part.level}>\n"
        elif isinstance(part, Sentence):
            yield f'<p class="alarm">{_text(part.text)}</p>\n' if part.alarm else f"<p>{_text(part.text)}</p>\n"
        else:
            head = "".join(f'<th scope="col">{_text(column)}</th>' for column in part.columns)
            yield f'<div class="scroll" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
            for row in part.rows:
                yield f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n"
            yield "</tbody>\n</table></div>\n"
            if part.left_out:
                yield f"<p>{part.left_out} more: see the JSON form.</p>\n"
    yield "</main>\n</body>\n</html>\n"


def _text(text: str) -> str:
    return escape("".join(c if c.isprintable() else repr(c)[1:-1] for c in text))

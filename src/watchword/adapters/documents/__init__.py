"""YAML and JSON documents with the place of everything in them, read fast and within bounds.

    for document in read_documents(content, "app.yaml", wanted=is_manifest).documents:
        document.node.entries["kind"].value.text

`nodes` is the tree, `reading` makes it, `files` finds what to read. What a text means to a format (a template, a
manifest) is for that format's front-end.
"""

from watchword.adapters.documents.files import files_below, read_file
from watchword.adapters.documents.nodes import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    node_at,
    place_of,
    place_of_entry,
    scalar_value,
    text_at,
)
from watchword.adapters.documents.reading import Broken, Document, Documents, read_documents

__all__ = [
    "Broken",
    "Document",
    "Documents",
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "files_below",
    "node_at",
    "place_of",
    "place_of_entry",
    "read_documents",
    "read_file",
    "scalar_value",
    "text_at",
]

"""KML whose own fields GDAL would lose: it turns every letter of a ``Data`` name beyond ASCII into ``_``, so that 编号 and 类型 are one.

Fields of a ``Schema`` keep their names. :func:`with_schema` writes a copy in which all ``Data`` are such fields.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterable
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

_SCHEMA = "county-carbon-fields"


def local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rsplit(":", 1)[-1]


def with_schema(pieces: Iterable[str], fields: Iterable[str], out: TextIO) -> None:
    """Write a KML (``pieces`` of its text, without document types or entities) with its ``Data`` of the names ``fields`` as schema fields."""
    parser, copy = xml.parsers.expat.ParserCreate("utf-8"), _Copy(out, fields)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = copy.start, copy.end, copy.text
    for piece in pieces:
        parser.Parse(piece.encode("utf-8"))
    parser.Parse(b"", True)


class _Copy:
    """Handlers that write what they are told of, ``Data`` as ``SimpleData``."""

    def __init__(self, out: TextIO, fields: Iterable[str]):
        self._out = out
        self._open: list[str] = []
        self._schema = "".join(f'<SimpleField type="string" name={quoteattr(name)}/>' for name in fields)
        self._wraps = False  # whether there is no Document, so that one is put around
        self._in_schema = self._in_data = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        self._open.append(name)
        if self._in_data:
            return  # its value is text, the name for display is not a value
        if name == "Data" and self._open[-2:-1] == ["ExtendedData"]:
            if not self._in_schema:
                self._out.write(f'<SchemaData schemaUrl="#{_SCHEMA}">')
            self._out.write(f"<SimpleData name={quoteattr(attributes.get('name', ''))}>")
            self._in_schema = self._in_data = True
            return
        self._end_schema()
        self._wraps |= len(self._open) == 2 and name != "Document"
        schema = f'<Schema name="{_SCHEMA}" id="{_SCHEMA}">{self._schema}</Schema>' if len(self._open) == 2 else ""
        if schema and name != "Document":
            self._out.write(f"<Document>{schema}")
        self._out.write(f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>")
        if schema and name == "Document":
            self._out.write(schema)

    def end(self, tag: str) -> None:
        name = self._open.pop()
        if self._in_data:
            if name == "Data":
                self._out.write("</SimpleData>")
                self._in_data = False
            return
        self._end_schema()
        self._out.write("</Document>" if self._wraps and not self._open else "")
        self._out.write(f"</{tag}>")

    def text(self, text: str) -> None:
        if not self._in_data or self._open[-1] == "value":
            self._out.write(escape(text) if self._in_data or not self._in_schema else "")

    def _end_schema(self) -> None:
        if self._in_schema:
            self._out.write("</SchemaData>")
            self._in_schema = False

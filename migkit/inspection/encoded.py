"""A revision file's text, and its bytes again after an edit: encoding, mark and line ends stay as they are (pure)."""

from __future__ import annotations

import io
import tokenize

from migkit.reading.source import decoded
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text with line feeds, and how its file spells it."""

    text: str
    encoding: str
    newline: str

    def bytes(self, text: str) -> bytes:
        """Spell another text the same way; raises UnicodeEncodeError for what the encoding does not have."""
        return text.replace("\n", self.newline).encode(self.encoding)


def read(source: bytes) -> Encoded | None:
    """Read a file; None where it could not be written again as it was: line ends of two kinds, an unknown encoding."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        made = Encoded(decoded(source), encoding, "\r\n" if b"\r\n" in source else "\n")
        return made if made.bytes(made.text) == source else None
    except (SyntaxError, ValueError, LookupError):
        return None

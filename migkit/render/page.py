"""A page of text under construction: lines and tables through rich, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migkit.render.visible import visible

UNLIMITED = 100_000
_LEAST = 4  # columns by which a sentence goes on further in
Piece = str | tuple[str, str]


class Page:
    """Collects what is written; nothing in a text is taken for markup, and no line is broken but by `sentence`.

    `width` is the terminal's, 0 where there is none.
    """

    def __init__(self, *, color: bool, width: int) -> None:
        self.width = width
        self._file = StringIO()
        self._console = Console(
            file=self._file,
            force_terminal=color,
            color_system="standard" if color else None,
            no_color=not color,
            width=width or UNLIMITED,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    def line(self, *pieces: Piece, indent: int = 0) -> None:
        """Write one line of plain or (text, style) pieces."""
        self._console.print(Text.assemble(" " * indent, *map(_harmless, pieces)), soft_wrap=True)

    def sentence(self, *pieces: Piece, indent: int = 0, hang: int = 0) -> None:
        """Write a line of words; on a terminal that is too narrow it goes on below, `hang` columns further in."""
        if not self.width:
            self.line(*pieces, indent=indent)
            return
        hang = indent + hang if indent + hang < self.width // 2 else indent + _LEAST
        text = Text.assemble(" " * indent, *map(_harmless, pieces))
        first, *others = text.wrap(self._console, self.width)
        self._console.print(first, soft_wrap=True)
        if others:
            for line in text[len(first) :].wrap(self._console, self.width - hang):
                line.remove_suffix(" ")
                self._console.print(Text(" " * hang) + _stripped(line), soft_wrap=True)

    def block(self, text: str, indent: int, style: str = "") -> None:
        """Write the lines of a text."""
        for line in text.splitlines():
            self.line((line, style), indent=indent)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Piece]], whole: int = 0) -> None:
        """Write a table without rules; a cell that does not fit is folded, but not in the first `whole` columns."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for number, name in enumerate(head):
            table.add_column(name, overflow="fold", no_wrap=number < whole)
        for row in rows:
            table.add_row(*(Text.assemble(_harmless(cell)) for cell in row))
        self._console.print(table)

    def text(self) -> str:
        """Give all of it, without blanks at the end of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._file.getvalue().rstrip("\n").split("\n"))


def _stripped(text: Text) -> Text:
    return text[len(text.plain) - len(text.plain.lstrip()) :]


def _harmless(piece: Piece) -> Piece:
    return visible(piece) if isinstance(piece, str) else (visible(piece[0]), piece[1])

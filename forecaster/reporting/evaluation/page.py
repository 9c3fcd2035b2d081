"""A page as values: sections of paragraphs, tables and pictures, whatever form they then take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text. The first `text_columns` columns are words, the others stand to the right.

    strong: indices of rows that readers look for first.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    text_columns: int = 1
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG picture; `id` is unique in its page.

    caption: how to read it. described: what it shows, for those who cannot see it.
    """

    id: str
    title: str
    caption: str
    described: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is written of one panel."""

    panel: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return all pictures of the page, in order."""
        return tuple(picture for section in self.sections for picture in section.pictures)

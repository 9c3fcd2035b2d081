"""A page taken apart, so that a test can say what every page must have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Taken:
    """What a test asks of a page: its headings, links, forms, and what may run or paint."""

    title: str = ""
    headings: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    tokens: int = 0
    current: int = 0
    inline: list[str] = field(default_factory=list)
    unscoped: int = 0
    nameless: int = 0
    times: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Taken()
        self._in_title = False
        self._tables: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        self._in_title = tag == "title" and not page.title
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            page.headings.append(int(tag[1]))
        if tag == "a":
            page.links.append(given.get("href", ""))
            page.current += "aria-current" in given
        if tag == "form" and given.get("method") == "post":
            page.posts.append(given.get("action", ""))
        page.tokens += given.get("name") == "form_token"
        page.times += tag == "time"
        page.inline += list(_inline(tag, given))
        page.unscoped += tag == "th" and "scope" not in given
        if tag == "table":
            self._tables.append("aria-labelledby" in given)
        if tag == "caption":
            self._tables[-1] = True

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "table":
            self.page.nameless += not self._tables.pop()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.page.title += data


def _inline(tag: str, given: dict[str, str]) -> Iterator[str]:
    """Yield whatever a policy without inlines would refuse."""
    if tag == "style" or (tag == "script" and not given.get("src", "").startswith("/static/")):
        yield tag
    yield from (name for name in given if name == "style" or name.startswith("on"))


def taken(text: str) -> Taken:
    """Return a page taken apart."""
    reader = _Reader()
    reader.feed(text)
    return reader.page

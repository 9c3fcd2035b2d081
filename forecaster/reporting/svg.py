"""The few SVG elements that the charts need, written so that text cannot become markup."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

type Point = tuple[float, float]


def element(name: str, content: str = "", /, **attributes: str | float) -> Markup:
    """Return one element; a trailing `_` is dropped and `_` becomes `-` in attribute names."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _value(value))
        for key, value in attributes.items()
    )
    return Markup("<{}{}>{}</{}>").format(name, written, escape(content), name)


def group(parts: Iterable[Markup]) -> Markup:
    """Return the parts one after the other."""
    return Markup("").join(parts)


def picture(
    parts: Iterable[Markup], *, id: str, size: Point, title: str, description: str, class_: str
) -> Markup:
    """Return a whole picture that a screen reader can read out."""
    width, height = size
    head = element("title", title, id=f"{id}-t") + element("desc", description, id=f"{id}-d")
    return element(
        "svg",
        head + group(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_labelledby=f"{id}-t {id}-d",
        class_=class_,
    )


def path(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return the `d` of a line through `points`."""
    steps = [f"{'M' if i == 0 else 'L'}{_value(x)} {_value(y)}" for i, (x, y) in enumerate(points)]
    return "".join(steps) + ("Z" if closed else "")


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")

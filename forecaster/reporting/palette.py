"""Colours of the page, in one place so that a test can hold them to their contrast.

Climbing is orange and falling is blue, a pair that every common kind of colour blindness tells
apart; depth says how likely, and the number always stands in the cell as well.
"""

type Ramp = tuple[str, ...]
"""Nine backgrounds, from below 1 % to above 99 %."""

LIGHT = {
    "paper": "#ffffff",
    "card": "#f4f6f8",
    "band": "#eef1f4",
    "rule": "#cfd6dd",
    "ink": "#16202a",
    "muted": "#4d5966",
    "link": "#0b4f8a",
    "alarm": "#9b1c1c",
    "alarm-paper": "#fdecea",
    "line": "#16202a",
    "fan-wide": "#c9d8e8",
    "fan-narrow": "#93b3d3",
    "mass": "#31699f",
    "mass-track": "#dfe4e9",
    "present": "#fbe3b3",
}
DARK = {
    "paper": "#10161d",
    "card": "#18212b",
    "band": "#1a232d",
    "rule": "#364352",
    "ink": "#e8edf2",
    "muted": "#a9b5c1",
    "link": "#8fc1ee",
    "alarm": "#ffb4ab",
    "alarm-paper": "#3b1614",
    "line": "#f2f5f8",
    "fan-wide": "#24405c",
    "fan-narrow": "#3a6791",
    "mass": "#6fa8dc",
    "mass-track": "#2a3542",
    "present": "#4a3a14",
}
CLIMB_LIGHT: Ramp = (
    "#ffffff", "#fff6ec", "#ffe9d1", "#fed3a6", "#fdb97a",
    "#f59546", "#dd6b1c", "#a94a08", "#7a3204",
)  # fmt: skip
FALL_LIGHT: Ramp = (
    "#ffffff", "#f2f7fc", "#e0ecf7", "#c4daee", "#9ec4e2",
    "#6ba6d3", "#3373ae", "#165a97", "#083a6b",
)  # fmt: skip
CLIMB_DARK: Ramp = (
    "#10161d", "#251b12", "#3a2513", "#573416", "#77461a",
    "#9c5b1e", "#c87a2c", "#e79a49", "#ffc07d",
)  # fmt: skip
FALL_DARK: Ramp = (
    "#10161d", "#121f2c", "#152b3f", "#1a3c5a", "#215179",
    "#2b6a9d", "#4389c2", "#6dacdd", "#a3d0f3",
)  # fmt: skip


def ink_on(colour: str) -> str:
    """Return near-black or white, whichever stands out more from `colour`."""
    return max(("#0d1218", "#ffffff"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

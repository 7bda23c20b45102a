"""A series as a picture: an SVG line chart for a page to embed, in the light or the dark that its reader prefers.

The scale is 0 to 100 whatever the values, so that two pictures compare. It holds no script, no address and no id, and
its style is under one class, so that it may also stand in a page itself.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from operator import itemgetter
from unicodedata import east_asian_width

from services.model.popularity import Point, PopularitySeries, Window
from services.platforms import Platform
from services.popularity.axis import Axis, written

WIDTH, HEIGHT = 640, 320
MARGIN, LEGEND, ROWS = 24, 440, (38, 60)
LEFT, RIGHT, TOP, BOTTOM = 52, 592, 98, 280
SCALE = (0, 25, 50, 75, 100)
# From a line of text to its middle.
MIDDLE = 4.5
LONGEST_NAME = 38
STYLE = """\
.kisum-chart{font:13px system-ui,sans-serif}
.kisum-chart .name{font-size:17px}
.kisum-chart .name,.kisum-chart .value{font-weight:600;fill:#1b1d23}
.kisum-chart .note{fill:#5b606d}
.kisum-chart .ground{fill:#fff}
.kisum-chart .grid{stroke:#e1e3ea}
.kisum-chart .line,.kisum-chart .peak{fill:none;stroke:#5b3fd6;stroke-width:2}
.kisum-chart .line{stroke-linecap:round;stroke-linejoin:round}
.kisum-chart .area,.kisum-chart .last{fill:#5b3fd6}
.kisum-chart .area{fill-opacity:.1}
@media(prefers-color-scheme:dark){
.kisum-chart .name,.kisum-chart .value{fill:#e8e9ee}
.kisum-chart .note{fill:#9ba1b0}
.kisum-chart .ground{fill:#1e2128}
.kisum-chart .grid{stroke:#31353f}
.kisum-chart .line,.kisum-chart .peak{stroke:#a793ff}
.kisum-chart .area,.kisum-chart .last{fill:#a793ff}
}"""

Place = tuple[float, float]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw(series: PopularitySeries, *, name: str) -> str:
    """The series' points as the text of an SVG, `name` being its artist's.

    Its highest point and its last are marked with their values and days; the last is the current one where `meta` says
    that none is newer. Where days are missing the line breaks. Without any point the picture says so.
    """
    about = f"Popularity on {Platform(series.platform).label}"
    described = _described(series)
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kisum-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{_safe(name)}: {about}</title>",
        f"<desc>{' '.join(described)}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
        _words(_shortened(name), MARGIN, ROWS[0], kind="name"),
        _words(about, MARGIN, ROWS[1]),
        *_scale(),
        *(_chart(series) if series.items else [_words(described[0], (LEFT + RIGHT) / 2, _y(37.5), anchor="middle")]),
        "</svg>",
    )
    return "\n".join(parts) + "\n"


def _described(series: PopularitySeries) -> list[str]:
    """What is to be seen, in sentences: the days, and each point that is marked."""
    if series.items:
        axis, marks = _axis(series), _marks(series)
        return [
            f"From {written(axis.start)} to {written(axis.end)}.",
            *(f"{label}: {point['value']} on {written(_day(point))}." for label, point in marks.items()),
        ]
    return [f"No popularity is stored{_asked(series.window)}."]


def _asked(window: Window) -> str:
    if window.start and window.end:
        return f" from {written(window.start)} to {written(window.end)}"
    if window.start:
        return f" from {written(window.start)} on"
    return f" up to {written(window.end)}" if window.end else ""


def _scale() -> Iterator[str]:
    for value in SCALE:
        yield f'<path class="grid" d="M{LEFT} {_y(value)}H{RIGHT}"/>'
        yield _words(str(value), LEFT - 10, _y(value) + MIDDLE, anchor="end")


def _chart(series: PopularitySeries) -> Iterator[str]:
    axis, marks = _axis(series), _marks(series)
    yield from (_words(label, _x(axis, day), BOTTOM + 22, anchor="middle") for day, label in axis.ticks())
    runs = [_bends([_place(axis, point) for point in run]) for run in axis.unbroken(series.items)]
    yield f'<path class="area" d="{"".join(map(_area, runs))}"/>'
    yield f'<path class="line" d="{"".join(map(_line, runs))}"/>'
    for (label, point), kind, radius, row in zip(marks.items(), ("peak", "last"), (6, 3.5), ROWS, strict=True):
        x, y = _place(axis, point)
        yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}"/>'
        yield f'<circle class="{kind}" cx="{LEGEND}" cy="{row - MIDDLE}" r="{radius}"/>'
        yield _words(f"{label} {point['value']}, {written(_day(point))}", LEGEND + 14, row)
    yield from _values(axis, *marks.values())


def _values(axis: Axis, peak: Point, last: Point) -> Iterator[str]:
    """The values of the marked points beside them: the last one's after it, the peak's above it."""
    x, y = _place(axis, last)
    yield _words(str(last["value"]), x + 12, y + MIDDLE, kind="value")
    if peak is not last:
        x, y = _place(axis, peak)
        yield _words(str(peak["value"]), max(x, LEFT + 14), y - 12, kind="value", anchor="middle")


def _marks(series: PopularitySeries) -> dict[str, Point]:
    """The highest point, of equal ones the first, and the last."""
    peak, last = max(series.items, key=itemgetter("value")), series.items[-1]
    is_current = series.meta is not None and series.meta.last_date == last["date"]
    return {"Peak": peak, "Current" if is_current else "Last": last}


def _axis(series: PopularitySeries) -> Axis:
    """The days asked for, an open end being at the first or the last point."""
    start, end = series.window.start, series.window.end
    return Axis(start or _day(series.items[0]), end or _day(series.items[-1]))


def _bends(places: Sequence[Place]) -> list[Place]:
    """The places without those that a level line passes through anyway: years of points are a long text."""
    levels = [None, *(y for _, y in places), None]
    return [place for i, place in enumerate(places) if not levels[i] == place[1] == levels[i + 2]]


def _line(places: Sequence[Place]) -> str:
    """The line through these places; through one alone none, whose round ends make it a dot."""
    return "M" + " ".join(f"{x} {y}" for x, y in (*places, *places[: len(places) == 1]))


def _area(places: Sequence[Place]) -> str:
    return f"{_line(places)}V{BOTTOM}H{places[0][0]}Z"


def _place(axis: Axis, point: Point) -> Place:
    return _x(axis, _day(point)), _y(point["value"])


def _x(axis: Axis, day: date) -> float:
    return round(LEFT + (RIGHT - LEFT) * axis.share(day), 1)


def _y(value: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / 100, 1)


def _day(point: Point) -> date:
    return date.fromisoformat(point["date"])


def _words(text: str, x: float, y: float, *, kind: str = "note", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    """The text as XML has it, without the characters that XML can't."""
    return escape(_NOT_XML.sub("", text))


def _shortened(name: str) -> str:
    """As much of the name as there is room for; the letters of some scripts are as wide as two."""
    room = LONGEST_NAME
    for place, letter in enumerate(name):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return f"{name[:place].rstrip()}…"
    return name

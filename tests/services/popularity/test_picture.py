import re
from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.popularity import Point, PopularityMeta, PopularityPlatform, PopularitySeries, Window
from services.popularity import draw
from services.popularity.picture import BOTTOM, HEIGHT, LEFT, LONGEST_NAME, RIGHT, STYLE, TOP, WIDTH

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def series_of(
    *values: int | None, first: date = date(2026, 11, 1), window: Window | None = None, last_day: str | None = None
) -> PopularitySeries:
    """A series with these values on days in a row, None for a day without."""
    days = [(first + timedelta(days=number)).isoformat() for number in range(len(values))]
    items = [Point(date=day, value=value) for day, value in zip(days, values, strict=True) if value is not None]
    last = last_day or (items[-1]["date"] if items else None)
    meta = PopularityMeta(fresh=True, last_date=last, refreshed=False, points_written=0, pages_fetched=0, error=None)
    return PopularitySeries(61, PopularityPlatform.SPOTIFY, window or Window(), items, meta)


def drawn(series: PopularitySeries, name: str = "Nova Ruiz") -> ElementTree.Element:
    return ElementTree.fromstring(draw(series, name=name))  # noqa: S314  (our own)


def words(picture: ElementTree.Element, kind: str) -> list[str | None]:
    return [text.text for text in picture.iter(f"{SVG}text") if text.get("class") == kind]


def path(picture: ElementTree.Element, kind: str) -> str:
    (found,) = (path.get("d", "") for path in picture.iter(f"{SVG}path") if path.get("class") == kind)
    return found


def marks(picture: ElementTree.Element, kind: str) -> list[tuple[float, float]]:
    """Where the marks of the kind are: in the chart, then in the legend."""
    found = (circle for circle in picture.iter(f"{SVG}circle") if circle.get("class") == kind)
    return [(float(circle.get("cx", "")), float(circle.get("cy", ""))) for circle in found]


def described(picture: ElementTree.Element) -> tuple[str | None, str | None]:
    return picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")


def test_a_picture_says_whose_it_is_and_what_it_shows() -> None:
    picture = drawn(series_of(70, 84, 71))

    assert words(picture, "name") == ["Nova Ruiz"]
    assert described(picture) == (
        "Nova Ruiz: Popularity on Spotify",
        "From 1 Nov 2026 to 3 Nov 2026. Peak: 84 on 2 Nov 2026. Current: 71 on 3 Nov 2026.",
    )


def test_a_picture_has_a_scale_of_values_and_one_of_days() -> None:
    assert words(drawn(series_of(70, 84, 71)), "note") == [
        "Popularity on Spotify",
        *("0", "25", "50", "75", "100"),
        *("1 Nov", "2 Nov", "3 Nov"),
        "Peak 84, 2 Nov 2026",
        "Current 71, 3 Nov 2026",
    ]


def test_the_line_goes_through_the_points_from_edge_to_edge() -> None:
    picture = drawn(series_of(100, 1, 50))

    assert path(picture, "line") == f"M{LEFT}.0 {TOP}.0 322.0 278.2 {RIGHT}.0 189.0"


def test_the_peak_and_the_current_point_are_marked_where_they_are_and_in_the_legend() -> None:
    picture = drawn(series_of(50, 100, 50))

    assert (marks(picture, "peak")[0], marks(picture, "last")[0]) == ((322.0, TOP), (RIGHT, 189.0))
    assert [len(marks(picture, kind)) for kind in ("peak", "last")] == [2, 2]
    assert words(picture, "value") == ["50", "100"]


def test_of_equal_peaks_the_first_is_marked() -> None:
    assert marks(drawn(series_of(70, 84, 71, 84, 70)), "peak")[0][0] == LEFT + (RIGHT - LEFT) / 4


def test_where_the_current_point_is_the_peak_its_value_is_told_once() -> None:
    picture = drawn(series_of(70, 84))

    assert words(picture, "value") == ["84"]
    assert marks(picture, "peak")[0] == marks(picture, "last")[0]


def test_a_last_point_that_a_newer_one_follows_outside_is_not_called_current() -> None:
    picture = drawn(series_of(70, 71, last_day="2026-11-05"))

    assert words(picture, "note")[-1] == "Last 71, 2 Nov 2026"


@pytest.mark.parametrize(
    ("values", "runs"),
    [((70, 71, 72), [3]), ((*range(70, 90), None, 70, None, None, *range(50, 60)), [20, 2, 10]), ((70,), [2])],
    ids=["no gap", "gaps and a point by itself", "one point, which round ends make a dot"],
)
def test_the_line_breaks_where_days_are_missing(values: Sequence[int | None], runs: list[int]) -> None:
    picture = drawn(series_of(*values))

    broken = path(picture, "line").split("M")[1:]
    assert [len(NUMBER.findall(run)) // 2 for run in broken] == runs
    assert path(picture, "area").count("Z") == len(runs)


def test_one_point_stands_in_the_middle() -> None:
    picture = drawn(series_of(50))

    assert marks(picture, "peak")[0] == marks(picture, "last")[0] == ((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2)


def test_days_that_were_asked_for_are_shown_without_points_too() -> None:
    picture = drawn(series_of(50, 50, 50, window=Window(date(2026, 10, 30), date(2026, 11, 7))))

    assert path(picture, "line") == "M187.0 189.0 322.0 189.0"
    assert words(picture, "note")[6:-2] == [f"{day} {month}" for day, month in [(30, "Oct"), (31, "Oct"), *NOVEMBER]]


NOVEMBER = [(day, "Nov") for day in range(1, 8)]


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (Window(date(2030, 1, 1)), "No popularity is stored from 1 Jan 2030 on."),
        (Window(None, date(2001, 1, 1)), "No popularity is stored up to 1 Jan 2001."),
        (Window(date.min, date(2001, 1, 1)), "No popularity is stored from 1 Jan 1 to 1 Jan 2001."),
        (Window(), "No popularity is stored."),
    ],
    ids=["from a day", "to a day", "both ends", "all days"],
)
def test_a_picture_without_points_says_so(window: Window, told: str) -> None:
    picture = drawn(series_of(window=window))

    assert described(picture)[1] == told
    assert words(picture, "note")[-1] == told
    assert words(picture, "value") == []


def test_a_level_stretch_is_told_by_its_ends() -> None:
    assert path(drawn(series_of(*[50] * 541)), "line") == "M52.0 189.0 592.0 189.0"


def test_a_series_of_six_years_is_a_text_of_some_kilobytes() -> None:
    values = [50 + day * 7 % 5 for day in range(2100)]

    assert len(draw(series_of(*values, first=date(2020, 1, 1)), name="Nova Ruiz")) < 70_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Sigur Rós & <the> "Band\'s"', 'Sigur Rós & <the> "Band\'s"'),
        ("</text><script>alert(1)</script>", "</text><script>alert(1)</script>"),
        ("Nova\x00\x1b Ru\ud800iz\uffff", "Nova Ruiz"),
        ("عمرو دياب", "عمرو دياب"),
        ("n" * LONGEST_NAME, "n" * LONGEST_NAME),
        ("n" * (LONGEST_NAME + 1), "n" * LONGEST_NAME + "…"),
        ("宇" * 20, "宇" * (LONGEST_NAME // 2) + "…"),
    ],
    ids=["signs of XML", "a script", "what XML can't say", "right to left", "just fits", "too long", "wide letters"],
)
def test_a_name_is_text_and_no_longer_than_its_place(name: str, shown: str) -> None:
    picture = drawn(series_of(71), name)

    assert words(picture, "name") == [shown]
    assert [element.tag for element in picture.iter(f"{SVG}script")] == []


@given(
    values=st.lists(st.none() | st.integers(1, 100), max_size=30),
    first=st.dates(date(1900, 1, 1), date(2199, 1, 1)),
    name=st.text(),
)
def test_every_series_is_drawn_inside_its_picture(values: list[int | None], first: date, name: str) -> None:
    picture = drawn(series_of(*values, first=first), name)

    places = [place for kind in ("peak", "last") for place in marks(picture, kind)]
    if any(values):
        numbers = [float(number) for number in NUMBER.findall(path(picture, "line"))]
        places += zip(numbers[::2], numbers[1::2], strict=True)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


def test_a_picture_runs_nothing_fetches_nothing_and_meets_no_other_in_a_page() -> None:
    text = draw(series_of(70, 84, 71), name="Nova Ruiz")
    picture = ElementTree.fromstring(text)  # noqa: S314  (our own)

    names = {name for element in picture.iter() for name in element.attrib}
    rules = re.findall(r"([^{}\n]+)\{", STYLE)
    assert not any(name == "id" or name == "style" or name.startswith("on") or "href" in name for name in names)
    assert "url(" not in text
    assert {selector.split()[0] for rule in rules for selector in rule.split(",")} == {
        ".kisum-chart",
        "@media(prefers-color-scheme:dark)",
    }


def test_light_and_dark_colour_the_same_things() -> None:
    light, dark = STYLE.split("@media(prefers-color-scheme:dark)")
    coloured = [set(re.findall(r"\.(\w+)(?=[^{}]*\{[^}]*#)", style)) - {"kisum"} for style in (light, dark)]

    assert coloured[0] == coloured[1] == {"name", "value", "note", "ground", "grid", "line", "peak", "area", "last"}

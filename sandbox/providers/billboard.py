"""Billboard: its charts as pages, with the sandbox's artists on them; a new one each Saturday."""

from datetime import date, timedelta

from sandbox.pages import NOT_FOUND, page, text
from sandbox.protocol import Ask, Endpoint, Provider, Reply, no_keys, nobody
from sandbox.standings import Song, songs
from sandbox.world import World

NAME = "billboard"
HTML = {"content-type": "text/html; charset=UTF-8"}
CHARTS = {
    "hot-100": 100,
    "billboard-200": 200,
    "artist-100": 100,
    "billboard-global-200": 200,
    "streaming-songs": 50,
    "radio-songs": 50,
}
OF_ARTISTS = "artist-100"
SATURDAY = 5


def _chart(ask: Ask, world: World) -> Reply:
    chart = ask.path["chart"]
    week = _week(world, ask.path.get("date"))
    if chart not in CHARTS or week is None:
        return NOT_FOUND
    rows = "\n".join(_row(song, chart) for song in songs(world, chart, day=week, most=CHARTS[chart]))
    picker = f'<div id="chart-date-picker" data-date="{week}" data-link="https://www.billboard.com/charts/{chart}/">'
    return page(
        ask,
        f'<!DOCTYPE html>\n<html lang="en-US"><head><meta property="og:title" content="{chart}" /></head><body>\n'
        f"{picker}</div>\n<main>\n{rows}\n</main></body></html>\n",
    )


def _row(song: Song, chart: str) -> str:
    """A row with its numbers once for each width of screen, and the block below it that tells more."""
    title, credit = text(song.title), text(_credit(song))
    if chart == OF_ARTISTS:
        title, credit = text(song.artist.name), ""
    beside = f'<span class="c-label  a-no-trucate a-font-primary-s">\n{credit}\n</span>' if credit else ""
    last, peak, weeks = max(1, song.rank + int(song.change.replace("=", "0"))), song.peak, song.days // 7 + 1
    numbers = "".join(
        f'<li><span class="c-label  a-font-primary-m">\n{number}\n</span></li>' for number in (last, peak, weeks)
    )
    return (
        '<div class="o-chart-results-list-row-container"><ul class="o-chart-results-list-row // lrv-a-unstyle-list">'
        f'<li><span class="c-label  a-font-primary-bold-l">\n{song.rank}\n</span></li>'
        f'<li><ul><li><h3 id="title-of-a-story" class="c-title  a-no-trucate">\n{title}\n</h3>{beside}</li>'
        f'<li></li>{numbers}<li class="u-hidden@tablet"><ul><li></li>{numbers}</ul></li></ul></li></ul></div>'
    )


def _credit(song: Song) -> str:
    return f"{song.artist.name} Featuring {song.guest.name}" if song.guest else song.artist.name


def _week(world: World, told: str | None) -> date | None:
    """The Saturday of the week; None for a day that is none, or still to come."""
    try:
        day = date.fromisoformat(told) if told else world.today
    except ValueError:
        return None
    if day > world.today:
        return None
    return day - timedelta(days=(day.weekday() - SATURDAY) % 7)


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(
        Endpoint("/charts/{chart}/", nobody, _chart),
        Endpoint("/charts/{chart}/{date}/", nobody, _chart),
    ),
    refusal=no_keys,
    own={"unknown": NOT_FOUND},
    counts=frozenset(),
    headers=HTML,
)

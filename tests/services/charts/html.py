"""Pages as Kworb and Billboard lay them out, made up: a test names only what it is about."""

from collections.abc import Iterable, Sequence

SONG = '<div><a href="../artist/{artist}.html">{name}</a> - <a href="../track/{track}.html">{title}</a>{guests}</div>'
NOVA, JUNO = "4q3ewBCX7sLwd24euuV69X", "1ebt9HnXdyYA6KgLXr1n4P"
TRACK = "2fCwv2ppU5nTRTckomIGsd"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, heading: str = "", after: str = "") -> str:
    """A page with a menu, a heading and one table."""
    head = "".join(f"<th>{header}</th>" for header in headers)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return (
        '<!DOCTYPE html><html><head><title>Charts</title></head><body><ul><li><a href="/pop">ITUNES</a></li></ul>'
        f'<span class="pagetitle">{heading}</span><br>'
        f'<table class="sortable"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{after}</body></html>'
    )


def listener(rank: int, name: str, spotify_id: str, listeners: str) -> tuple[str, ...]:
    """A row of the monthly listeners."""
    link = f'<div><a href="artist/{spotify_id}_songs.html">{name}</a></div>'
    return str(rank), link, listeners, "-43,061", "2", "151,079,821"


LISTENERS = ("#", "Artist", "Listeners", "Daily +/-", "Peak", "PkListeners")
DAILY = ("Pos", "P+", "Artist and Title", "Days", "Pk", "(x?)", "Streams", "Streams+", "7Day", "7Day+", "Total")


def listeners_page(*rows: tuple[str, ...], after: str = "") -> str:
    """A page of the monthly listeners."""
    return table(LISTENERS, rows, heading="Spotify top artists by monthly listeners", after=after)


def song(name: str = "Nova Ruiz", title: str = "Sol", *, artist: str = NOVA, guests: str = "") -> str:
    """The cell of a song of Spotify."""
    return SONG.format(artist=artist, name=name, track=TRACK, title=title, guests=guests)


def daily_row(rank: int, cell: str, *, change: str = "=", streams: str = "100,768") -> tuple[str, ...]:
    """A row of a day's songs."""
    return str(rank), change, cell, "88", "1", "(x74)", streams, "-4,638", "730,444", "-603", "9,454,253"


def daily_page(*rows: tuple[str, ...], heading: str = "Spotify Daily Chart - Spain - 2026/11/19") -> str:
    """A page of a day's songs."""
    return table(DAILY, rows, heading=heading)


def billboard_row(
    rank: int, title: str, credit: str | None = "Nova Ruiz", numbers: Sequence[str] = ("3", "1", "12"), badge: str = ""
) -> str:
    """A row of a chart of Billboard, with the numbers once for each width of screen; no credit: a chart of artists."""
    label = '<li class="o-chart-results-list__item"><span class="c-label">{}</span></li>'
    cells = "".join(map(label.format, numbers))
    beside = f'<span class="c-label  a-no-trucate a-font-primary-s">\n{credit}\n</span>' if credit else ""
    return (
        '<div class="o-chart-results-list-row-container"><ul class="o-chart-results-list-row // lrv-a-unstyle-list">'
        f'<li><span class="c-label a-font-primary-bold-l">\n{rank}\n</span>'
        + (f'<span class="c-label">{badge}</span>' if badge else "")
        + '</li><li><img data-lazy-src="https://images.example/1.jpg"></li><li class="lrv-u-width-100p"><ul>'
        f'<li><h3 id="title-of-a-story" class="c-title  a-no-trucate">\n{title}\n</h3>{beside}</li>'
        f'<li></li>{cells}<li><ul><li></li>{cells}</ul></li></ul></li></ul><div class="charts-result-detail">'
        '<h3 id="title-of-a-story" class="c-title">Songwriter(s):</h3>'
        '<span class="c-label a-no-trucate">M. Brandt</span></div></div>'
    )


def billboard_page(*rows: str, day: str | None = "2026-11-14", chart: str = "hot-100") -> str:
    """A page of Billboard."""
    link = f"https://www.billboard.com/charts/{chart}/"
    picker = f'<div id="chart-date-picker" data-date="{day}" data-link="{link}"></div>' if day else ""
    return f"<!DOCTYPE html><html><body>{picker}<div>{''.join(rows)}</div></body></html>"

"""Kworb: its charts as pages, with the sandbox's artists on them. A country that it hasn't is a 404."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sandbox.artists import Artist
from sandbox.pages import HTML, NOT_FOUND, page, table, text
from sandbox.protocol import Ask, Endpoint, Provider, Reply, no_keys, nobody
from sandbox.standings import COUNTRIES, Song, listeners, songs
from sandbox.world import World

NAME = "kworb"
PAGE = 600
STORES = {"itunes": "iTunes", "apple_s": "Apple Music", "deezer": "Deezer", "shazam": "Shazam"}
PERIODS = {
    "daily": ("Days", "Streams", "Streams+", "7Day", "7Day+", "Total"),
    "weekly": ("Wks", "Streams", "Streams+", "Total"),
    "daily_totals": ("Days", "T10", "PkStreams", "Total"),
    "weekly_totals": ("Wks", "T10", "PkStreams", "Total"),
}


def _listeners(ask: Ask, world: World) -> Reply:
    number = int(ask.path.get("number") or "1")
    standing = list(enumerate(listeners(world), 1))
    shown = standing[(number - 1) * PAGE : number * PAGE]
    if not shown:
        return NOT_FOUND
    rows = [
        (str(rank), _link(artist, "_songs"), f"{count:,}", f"{count // 1000:,}", str(rank), f"{count:,}")
        for rank, (artist, count) in shown
    ]
    onward = f'<a href="listeners{number + 1}.html">&nbsp;&gt;&gt;&gt;</a>' if number * PAGE < len(standing) else ""
    headers = ("#", "Artist", "Listeners", "Daily +/-", "Peak", "PkListeners")
    return page(ask, table("Spotify top artists by monthly listeners", headers, rows, after=onward))


def _top_artists(ask: Ask, world: World) -> Reply:
    rows = [
        (_link(artist, "_songs", "/spotify/"), f"{count / 1000:,.1f}", f"{count / 1e6:,.3f}", *["1.0"] * 3)
        for artist, count in listeners(world)[:PAGE]
    ]
    return page(ask, table("Top artists", ("Artist", "Streams", "Daily", "As lead", "Solo", "As feature"), rows))


def _global_artists(ask: Ask, world: World, *, most: int) -> Reply:
    rows = [
        (str(rank), "=", f'<a href="artist/{_slug(artist)}.html">{text(artist.name)}</a>', f"{count // 1000:,}", "ES")
        for rank, (artist, count) in enumerate(listeners(world)[:most], 1)
        if _slug(artist)
    ]
    return page(ask, table("Global artists", ("Pos", "P+", "Artist", "Pts", "TC"), rows))


def _current(ask: Ask, world: World) -> Reply:
    rows = [
        (f"{store} {country.upper()}", _plain(songs(world, f"{folder} {country}", most=1)[0]))
        for folder, store in STORES.items()
        for country in COUNTRIES[1:]
    ]
    return page(ask, table("Current charts", ("Chart", "Artist - Title"), rows))


def _spotify(ask: Ask, world: World) -> Reply:
    country, _, period = ask.path["page"].partition("_")
    if country not in COUNTRIES or period not in PERIODS:
        return NOT_FOUND
    headers = PERIODS[period]
    rows = [
        (str(song.rank), song.change, _linked(song), str(song.peak), "", *(_count(song, name) for name in headers))
        for song in songs(world, f"spotify {country}")
    ]
    heading = f"Spotify {period} chart - {country} - {_yesterday(world):%Y/%m/%d}"
    return page(ask, table(heading, ("Pos", "P+", "Artist and Title", "Pk", "(x?)", *headers), rows))


def _store(ask: Ask, world: World) -> Reply:
    folder, country = ask.path["store"], ask.path["country"]
    if folder not in STORES or country not in COUNTRIES[1:]:
        return NOT_FOUND
    rows = [(str(song.rank), song.change, _plain(song)) for song in songs(world, f"{folder} {country}")]
    return page(ask, table(f"{STORES[folder]} - {country}", ("Pos", "P+", "Artist - Title"), rows))


def _world(ask: Ask, world: World, *, chart: str) -> Reply:
    rows = [
        (str(song.rank), song.change, _plain(song), str(song.days), str(song.peak), "", f"{song.count // 1000:,}", "1")
        for song in songs(world, chart)
    ]
    headers = ("Pos", "P+", "Artist and Title", "Days", "Pk", "(x?)", "Pts", "US")
    return page(ask, table("Worldwide", headers, rows))


def _radio(ask: Ask, world: World) -> Reply:
    told = ask.path.get("date")
    day = _day(told) if told else world.today
    if day is None or day > world.today:
        return NOT_FOUND
    # The last have no rank.
    rows = [
        (str(song.rank) if song.rank <= 80 else "", song.change, _plain(song), f"{song.count / 20_000:,.3f}")
        for song in songs(world, "radio", day=day)
    ]
    heading = f"US radio - {day:%Y/%m/%d}"
    return page(ask, table(heading, ("Pos", "P+", "Artist and Title", "Aud"), rows))


def _youtube(ask: Ask, world: World) -> Reply:
    rows = [
        (
            str(song.rank),
            song.change,
            f'<a href="video/{song.artist.id:011d}.html">{_plain(song)}</a>',
            f"{song.count:,}",
        )
        for song in songs(world, "youtube")
    ]
    return page(ask, table("YouTube", ("#", "+/-", "Video", "Views"), rows))


def _insights(ask: Ask, world: World) -> Reply:
    country, _, period = ask.path["page"].partition("_")
    if country not in COUNTRIES[1:] or period not in {"", "daily"}:
        return NOT_FOUND
    rows = [
        (str(song.rank), song.change, _plain(song), f"{song.count:,}", f"{song.count // 50:+,}")
        for song in songs(world, f"youtube {country}")
    ]
    heading = f"YouTube - {country} - {_yesterday(world):%Y/%m/%d}"
    return page(ask, table(heading, ("Pos", "P+", "Track", "Streams", "Streams+"), rows))


def _count(song: Song, header: str) -> str:
    """What stands in a column of Spotify's songs."""
    counts = {
        "Days": str(song.days),
        "Wks": str(song.days // 7 + 1),
        "T10": str(song.days // 10),
        "Streams+": f"{-song.count // 60:,}",
        "7Day": f"{7 * song.count:,}",
        "7Day+": "",
        "Total": f"{song.days * song.count:,}",
    }
    return counts.get(header, f"{song.count:,}")


def _linked(song: Song) -> str:
    guest = f" (w/ {_link(song.guest, above='../')})" if song.guest else ""
    track = f"{song.artist.id:022d}"
    return f'<div>{_link(song.artist, above="../")} - <a href="../track/{track}.html">{song.title}</a>{guest}</div>'


def _plain(song: Song) -> str:
    guest = f" (feat. {song.guest.name})" if song.guest else ""
    return text(f"{song.artist.name} - {song.title}{guest}")


def _link(artist: Artist, ending: str = "", above: str = "") -> str:
    return f'<a href="{above}artist/{artist.ids["spotify"]}{ending}.html">{text(artist.name)}</a>'


def _video(song: Song) -> str:
    return f'<a href="video/{song.artist.id:011d}.html">{_plain(song)}</a>'


def _slug(artist: Artist) -> str:
    return "".join(filter(str.isalnum, artist.name.lower()))


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _yesterday(world: World) -> date:
    return world.today - timedelta(days=1)


def _with(answer: Callable[..., Reply], **told: object) -> Callable[[Ask, World], Reply]:
    return lambda ask, world: answer(ask, world, **told)


_ANSWERS: Sequence[tuple[str, Callable[[Ask, World], Reply]]] = (
    ("/spotify/listeners.html", _listeners),
    ("/spotify/listeners{number:int}.html", _listeners),
    ("/spotify/artists.html", _top_artists),
    ("/spotify/country/{page}.html", _spotify),
    ("/itunes/", _with(_global_artists, most=200)),
    ("/itunes/extended.html", _with(_global_artists, most=400)),
    ("/charts/", _current),
    ("/charts/{store}/{country}.html", _store),
    ("/ww/", _with(_world, chart="itunes")),
    ("/apple_songs/", _with(_world, chart="apple_s")),
    ("/radio/", _radio),
    ("/radio/archives/{date}.html", _radio),
    ("/youtube/", _youtube),
    ("/youtube/insights/{page}.html", _insights),
)

PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=tuple(Endpoint(path, nobody, answer) for path, answer in _ANSWERS),
    refusal=no_keys,
    own={"unknown": NOT_FOUND},
    counts=frozenset(),
    headers=HTML,
)

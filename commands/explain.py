"""`explain`: what is stored of one artist, how it is judged, and what is missing. It asks nobody and writes nothing."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Annotated

import orjson
import typer

import logs
from commands.database import database_to_read
from commands.explanation import Explanation, IdFacts, PopularityFacts, SeriesFacts, StatsFacts, explained
from commands.outlook import ProviderFacts, RefreshFacts
from commands.terminal import printable, table
from services import open_services
from services.errors import NotFound
from services.freshness import Freshness
from services.metrics import METRICS
from services.model.artist import MAX_ARTIST_ID
from services.model.instants import utc_now
from settings import Settings, load_settings

WIDTH = 90
# So many metrics are told by their names.
FEW = 3
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


def explain(
    artist_id: Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ARTIST_ID, help="Kisum's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="The same facts for programs; ages are in seconds.")] = False,
) -> None:
    """Tell what is stored of an artist, how it is judged and what is missing; exit with 1 where there is none.

    The database is DB_MONGO_PROD_KISUM's, else the one that `make run` keeps, whether that runs or not.
    """
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)
    with database_to_read(settings) as found:
        try:
            explanation = asyncio.run(_explained(found, artist_id))
        except NotFound as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    typer.echo(orjson.dumps(explanation, option=orjson.OPT_INDENT_2).decode() if as_json else told(explanation))


async def _explained(settings: Settings, artist_id: int) -> Explanation:
    async with open_services(settings, read_only=True) as services:
        return await explained(services, artist_id, now=utc_now())


def told(explanation: Explanation) -> str:
    """The explanation for people: sections of aligned lines."""
    artist, missing = explanation["artist"], explanation["missing"]
    head = {
        "sort name": artist["sortName"],
        "country": artist["country"],
        "genres": ", ".join(artist["genres"]),
    }
    sections = [
        _section(f"{artist['name'] or 'without a name'} ({artist['id']})", _pairs(head)),
        _section(f"stats: {explanation['stats']['decision']}", _stats(explanation["stats"])),
        _section(f"a read now {explanation['refresh']['atRead']}", _refresh(explanation["refresh"])),
        _section("ids", _ids(explanation["ids"])),
        _section("popularity", _popularity(explanation["popularity"])),
        _section("missing", _pairs({"metrics": ", ".join(missing["metrics"]), "ids": ", ".join(missing["ids"])})),
    ]
    return "\n\n".join(sections)


def _stats(stats: StatsFacts) -> Iterator[str]:
    stale = stats["decision"] != Freshness.FRESH
    yield from _pairs(
        {
            "stored": f"{stats['updatedAt']}, {age(stats['age'])} ago" if stats["updatedAt"] else None,
            "policy": f"{stats['policy']['subject']}: fresh while younger than {age(stats['policy']['maxAge'])}",
            "at a read": stats["policy"]["onRead"] if stale else "answered as stored",
            "last source": stats["lastRefreshSource"],
            "last error": stats["lastRefreshError"],
        }
    )
    rows = [
        (
            found["metric"],
            f"{found['value']:,}",
            found["source"],
            age(found["age"]),
            "" if found["fresh"] else "not fresh",
        )
        for found in stats["metrics"]
    ]
    yield f"{len(rows)} of {len(METRICS)} metrics"
    yield from table([("METRIC", "VALUE", "SOURCE", "AGE", ""), *rows] if rows else [], right={1, 3})


def _refresh(refresh: RefreshFacts) -> Iterator[str]:
    lease, failures = refresh["lease"], refresh["failures"]
    yield from _pairs(
        {
            "lease": f"held by {lease['owner']} until {lease['until']}, unless it is renewed" if lease else None,
            "last end": refresh["lastEndedAt"],
            "failed": f"{failures} in a row" if failures else None,
            "rests until": refresh["retryAt"],
        }
    )
    yield from table(
        [
            ("PROVIDER", "TIER", "BY A REFRESH", "WHY", "CALLS TODAY", "LAST SUCCESS", "LAST ERROR"),
            *(_provider(found) for found in refresh["providers"]),
        ]
    )


def _provider(found: ProviderFacts) -> Sequence[str]:
    for_what = ", ".join(found["metrics"]) if 0 < len(found["metrics"]) <= FEW else f"{len(found['metrics'])} metrics"
    budget = "" if found["dailyBudget"] is None else f" of {found['dailyBudget']}"
    return (
        f"sandbox:{found['name']}" if found["sandbox"] else found["name"],
        str(found["tier"]),
        found["asked"],
        f"{found['reason']}: {for_what}" if found["metrics"] else found["reason"],
        f"{found['callsToday']}{budget}",
        found["lastSuccessAt"] or "never",
        f"{found['lastErrorAt']} {found['lastError']}" if found["lastError"] else "",
    )


def _ids(ids: Sequence[IdFacts]) -> Iterator[str]:
    rows = [(found["name"], found["id"], found["place"]) for found in ids]
    return table([("NAME", "ID", "STANDS IN"), *rows] if rows else [])


def _popularity(popularity: PopularityFacts) -> Iterator[str]:
    policy, series = popularity["policy"], popularity["series"]
    yield from _pairs({"policy": f"{policy['subject']}: fresh while younger than {age(policy['maxAge'])}"})
    if not series:
        yield "none is answered: without external_data.soundcharts_uuid Soundcharts doesn't know the artist"
        return
    rows = [
        (
            found["platform"],
            found["decision"],
            str(found["points"]),
            found["firstDate"] or "",
            found["lastDate"] or "",
            str(found["lastValue"] or ""),
            age(found["age"]),
        )
        for found in series
    ]
    yield from table([("PLATFORM", "DECISION", "POINTS", "FROM", "TO", "VALUE", "AGE"), *rows], right={2, 5, 6})
    yield from _pairs({name: value for found in series for name, value in _fetch(found).items()})


def _fetch(found: SeriesFacts) -> Mapping[str, str | None]:
    platform, fetch = found["platform"], found["fetch"]
    return {
        f"{platform} still lacks": fetch["unfinished"],
        f"{platform} rests until": fetch["retryAt"],
        f"{platform} last failed": fetch["lastError"],
    }


def age(seconds: int | None) -> str:
    """A span in its two largest units; nothing for none."""
    if seconds is None:
        return ""
    units = (("d", seconds // DAY_S), ("h", seconds % DAY_S // HOUR_S), ("min", seconds % HOUR_S // MINUTE_S))
    counted = [f"{count} {unit}" for unit, count in units if count]
    return " ".join(counted[:2]) or f"{seconds} s"


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join([printable(title), *(f"  {line}" for line in lines)])


def _pairs(pairs: Mapping[str, str | None]) -> Iterator[str]:
    """A line for each that has a value, and more where it is long."""
    lines = ((name, wrap(value, WIDTH, break_on_hyphens=False)) for name, value in pairs.items() if value)
    return table([("" if i else name, line) for name, wrapped in lines for i, line in enumerate(wrapped)])

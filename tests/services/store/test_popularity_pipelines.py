from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.model.popularity import Interval, PopularityPlatform, Window
from services.store import Store
from services.store.indexes import make_indexes
from tests.builders import Document, point_document
from tests.conftest import Commands, Database
from tests.services.store.plans import documents, explained, keys, stages

SPOTIFY = PopularityPlatform.SPOTIFY
IDS = [61, 62, 63]
START, END = date(2024, 3, 1), date(2024, 3, 31)
END_OF_WINDOW = datetime(2024, 3, 31, tzinfo=UTC)
WINDOW = Window(START, END)
DAYS = 400

Read = Callable[[Store], Awaitable[Any]]

# Each read, and how many keys of indexes it looks at: those of its answer, and some between the stretches of them.
READS: dict[str, tuple[Read, int]] = {
    "points": (lambda store: store.popularity.points(IDS, SPOTIFY, Window()), 3 * DAYS + 10),
    "points of a window": (lambda store: store.popularity.points(IDS, SPOTIFY, WINDOW), 3 * 31 + 15),
    "means": (lambda store: store.popularity.means(IDS, SPOTIFY, WINDOW, Interval.WEEK), 3 * 31 + 15),
    "last days": (lambda store: store.popularity.last_days(IDS, SPOTIFY), 15),
    "summaries": (lambda store: store.popularity.summaries(IDS, SPOTIFY), 3 * DAYS + 15),
    "sparklines": (
        lambda store: store.popularity.last_values(IDS, SPOTIFY, start=START, end=END, spans=5),
        3 * 31 + 15,
    ),
}
# Whose newest point is looked for: one document an artist.
FETCHING = {"last days": len(IDS), "summaries": len(IDS)}


@pytest.fixture(autouse=True)
async def _stored(store: Store, database: Database) -> None:
    await make_indexes(store.mongo)
    days = [(date(2024, 1, 1) + timedelta(days=number)).isoformat() for number in range(DAYS)]
    await database.points(
        *(
            point_document(day, 71, artist_id=artist_id, platform=platform)
            for artist_id in (*IDS, 64)
            for platform in PopularityPlatform
            for day in days
        )
    )


def looked_up(command: Document) -> Iterator[Document]:
    """Each look-up of the command, as a command of its own for the first artist."""
    for look_up in (stage["$lookup"] for stage in command.get("pipeline", ()) if "$lookup" in stage):
        pipeline = [{"$match": {"artist_id": IDS[0]}}, *look_up["pipeline"]]
        yield command | {"pipeline": pipeline, "let": dict.fromkeys(look_up.get("let", ()), END_OF_WINDOW)}


@pytest.mark.parametrize("name", READS)
async def test_a_read_looks_at_the_keys_of_its_answer_in_the_order_of_the_index(
    store: Store, database: Database, commands: Commands, name: str
) -> None:
    read, most_keys = READS[name]
    commands.sent.clear()

    await read(store)

    (command,) = commands.sent
    whole = await explained(command, database)
    assert keys(whole) <= most_keys
    assert documents(whole) == FETCHING.get(name, 0)
    for plan in [whole, *[await explained(part, database) for part in looked_up(command)]]:
        assert "IXSCAN" in stages(plan)
        assert not stages(plan) & {"COLLSCAN", "SORT", "$sort"}


async def test_when_points_were_written_is_read_from_those_of_the_window(
    store: Store, database: Database, commands: Commands
) -> None:
    commands.sent.clear()

    await store.popularity.stored_at(IDS, SPOTIFY, WINDOW)

    plan = await explained(commands.sent[0], database)
    assert documents(plan) == 3 * 31
    assert not stages(plan) & {"COLLSCAN", "SORT"}


async def test_the_newest_day_is_found_behind_rows_that_are_no_points_and_in_either_notation(
    store: Store, database: Database
) -> None:
    await database.points(
        point_document("2025-03-01", 0),
        point_document("2025-02-30", 71),
        point_document(datetime(2025, 2, 10, tzinfo=UTC), 71),
        point_document(datetime(2025, 2, 11, tzinfo=UTC), 71.5),
        point_document("2025-02-09", 71, artist_id=62),
        point_document(datetime(2024, 6, 1, tzinfo=UTC), 71, artist_id=62),
    )

    found = await store.popularity.last_days([*IDS, 61, 99], SPOTIFY)

    assert found == {61: "2025-02-10", 62: "2025-02-09", 63: "2025-02-03"}

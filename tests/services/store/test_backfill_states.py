from datetime import date
from typing import Any

import pytest

from services.model.backfill import BackfillState, Progress
from services.model.popularity import PopularityPlatform
from services.store import StatesBeside, Store
from services.store.backfill_states import state_of
from services.store.leases import COLLECTION
from tests.builders import Document, point_document
from tests.conftest import Commands, Database

SUBJECT, SPOTIFY = "popularity:61:spotify", PopularityPlatform.SPOTIFY
KEPT = {"start": "2020-01-01", "end": "2026-11-20", "offset": 3, "span": None}


def document(**changes: Any) -> Document:
    return {"_id": SUBJECT, "backfill": KEPT, "nothingNewer": 2, "error": "soundcharts: broke"} | changes


STATE = BackfillState(Progress(date(2020, 1, 1), date(2026, 11, 20), offset=3), 2, error="soundcharts: broke")


def test_a_document_is_a_state() -> None:
    assert state_of(document()) == STATE


@pytest.mark.parametrize(
    "change",
    [
        {"start": None},
        {"end": "2019-12-31"},
        {"start": "soon"},
        {"offset": None},
        {"offset": -1},
        {"offset": "3"},
        {"span": 0},
    ],
    ids=str,
)
def test_progress_that_cannot_be_gone_on_with_is_none(change: dict[str, Any]) -> None:
    assert state_of(document(backfill=KEPT | change)).progress is None


@pytest.mark.parametrize("kept", [None, "many", -1, 1.5], ids=str)
def test_a_count_that_is_none_is_nought(kept: Any) -> None:
    assert state_of(document(nothingNewer=kept)).nothing_newer == 0


@pytest.mark.parametrize("stored", [True, False], ids=["beside points", "where nothing is stored"])
async def test_states_come_beside_newest_days_and_summaries_by_no_further_command(
    store: Store, database: Database, commands: Commands, stored: bool
) -> None:
    await database.insert(COLLECTION, document(), document(_id="popularity:62:spotify"))
    if stored:
        await database.points(point_document("2026-11-01", 71))
    looks = [StatesBeside({SUBJECT: 61, "popularity:63:spotify": 63}) for _ in range(2)]
    commands.sent.clear()

    days = await store.popularity.last_days([61, 63], SPOTIFY, beside=looks[0])
    summaries = await store.popularity.summaries([61, 63], SPOTIFY, beside=looks[1])

    assert days == ({61: "2026-11-01"} if stored else {})
    assert summaries.keys() == days.keys()
    assert [look.found for look in looks] == [{61: STATE}, {61: STATE}]
    assert commands.names == ["aggregate", "aggregate"]

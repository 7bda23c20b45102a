import csv
from collections.abc import Iterable, Sequence
from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request

from routes.spreadsheets import ROWS_AT_ONCE, Cell, CSVAnswer, prefers_csv
from services.metrics import METRICS
from tests.builders import NOW, artist_document, stats_document
from tests.conftest import Clock, Commands, Database

ROSTER = "/artists.csv?ids="


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines(keepends=True)))


async def parts_of(rows: Iterable[Sequence[Cell]]) -> list[bytes]:
    answer = CSVAnswer(["cell"], rows, name="cells", day=NOW.date())
    return [part async for part in answer.body_iterator if isinstance(part, bytes)]


async def name_of(client: httpx.AsyncClient, database: Database, stored: str) -> str:
    await database.artists(artist_document(name=stored))
    return rows_of(await client.get(f"{ROSTER}61"))[1][1]


async def test_a_roster_has_a_row_for_each_id_in_the_order_asked(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62, name='Juno "J" Vale, Jr.'))
    await database.stats(stats_document(61))

    header, *rows = rows_of(await client.get(f"{ROSTER}62,7,61,62"))

    assert header == ["artist_id", "name", *(row.rest_key for row in METRICS), "updated_at"]
    nothing = [""] * len(METRICS)
    numbers = {"spotify": "1204331", "spotify_listeners": "5102233", "youtube_views": "3900221100"}
    assert rows == [
        ["62", 'Juno "J" Vale, Jr.', *nothing, ""],
        ["7", "", *nothing, ""],
        ["61", "Nova Ruiz", *(numbers.get(row.rest_key, "") for row in METRICS), "2026-11-19T08:00:00.000Z"],
        ["62", 'Juno "J" Vale, Jr.', *nothing, ""],
    ]


async def test_a_roster_is_a_file_named_for_its_day(
    client: httpx.AsyncClient, database: Database, clock: Clock
) -> None:
    clock.advance(timedelta(days=4))
    await database.artists(artist_document())

    answer = await client.get(f"{ROSTER}61")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="artists-2026-11-24.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"]


async def test_a_roster_is_what_excel_reads_as_utf_8_with_lines_as_rfc_4180_has_them(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document(name='Sigur "Rós", the\nsecond'))

    answer = await client.get(f"{ROSTER}61")

    first, *lines = answer.content.split(b"\r\n")
    assert first.startswith(b"\xef\xbb\xbfartist_id,name,spotify,")
    assert lines[0].startswith('61,"Sigur ""Rós"", the\nsecond",'.encode())
    assert lines[1:] == [b""]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+49", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\uff1d1+1", "\uff201"],
    ids=["equals", "plus", "minus", "at", "a link", "full-width equals", "full-width at"],
)
async def test_a_name_that_would_be_a_formula_is_text(client: httpx.AsyncClient, database: Database, name: str) -> None:
    assert await name_of(client, database, name) == f"'{name}"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" \u00a0=1+1", "' \u00a0=1+1"),
        ("\ufeff=1+1", "'\ufeff=1+1"),
        ("\tNova", "'\tNova"),
        ("\rNova", "'\rNova"),
        ("Nova;=1+1", "Nova;'=1+1"),
        ("Nova\n=1+1", "Nova\n'=1+1"),
        ("Nova; @SUM(A1)", "Nova;' @SUM(A1)"),
    ],
    ids=["spaces", "mark", "tab", "return", "semicolon", "line", "semicolon and space"],
)
async def test_a_formula_behind_white_space_or_what_ends_a_cell_elsewhere_is_text(cell: str, expected: str) -> None:
    (part,) = await parts_of([[cell]])

    assert part.decode("utf-8-sig").replace('"', "") == f"cell\r\n{expected}\r\n"


async def test_a_number_stays_one_even_below_zero() -> None:
    assert await parts_of([[-5]]) == [b"\xef\xbb\xbfcell\r\n-5\r\n"]


async def test_rows_are_written_as_they_are_sent() -> None:
    rows = iter([[number] for number in range(2 * ROWS_AT_ONCE)])

    answer = CSVAnswer(["cell"], rows, name="numbers", day=NOW.date())
    first = await anext(aiter(answer.body_iterator))

    assert isinstance(first, bytes)
    assert first.count(b"\r\n") == ROWS_AT_ONCE
    assert next(rows) == [ROWS_AT_ONCE - 1]


@pytest.mark.parametrize("name", ["AC/DC", "a-ha", "Mø", "P!nk", "Nine+Ten", "'til tuesday", "Ke$ha; live", "a=b"])
async def test_other_names_are_left_as_they_are(client: httpx.AsyncClient, database: Database, name: str) -> None:
    assert await name_of(client, database, name) == name


async def test_a_roster_costs_two_finds_whatever_its_size(
    client: httpx.AsyncClient, database: Database, commands: Commands
) -> None:
    ids = list(range(1, 501))
    await database.artists(*(artist_document(i) for i in ids))
    await database.stats(*(stats_document(i) for i in ids))

    _, *rows = rows_of(await client.get(ROSTER + ",".join(map(str, ids))))

    assert [int(row[0]) for row in rows] == ids
    assert commands.names == ["find", "find"]


@pytest.mark.parametrize(
    ("ids", "detail"),
    [
        ("", "ids is missing"),
        ("61,x", "'x' is no artist's id"),
        (",".join(map(str, range(1, 502))), "501 ids are asked for: at most 500"),
    ],
    ids=["none", "no number", "too many"],
)
async def test_bad_ids_are_told(client: httpx.AsyncClient, ids: str, detail: str) -> None:
    answer = await client.get(ROSTER + ids)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/csv", True),
        ("text/csv;header=present, */*;q=0.1", True),
        ("Text/CSV, */*", True),
        ("application/json;q=0.5, text/csv", True),
        ("application/json, text/csv;q=0.9", False),
        ("application/json, text/csv", False),
        ("text/csv;q=0", False),
        ("text/csv;q=much", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_csv_is_for_who_names_it_and_prefers_it(accept: str, expected: bool) -> None:
    asked = Request({"type": "http", "headers": [(b"accept", accept.encode())]})

    assert prefers_csv(asked) is expected

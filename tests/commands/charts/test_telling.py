import json
import sys
from collections.abc import AsyncIterator
from datetime import date

import pytest

from commands.charts.telling import exit_code, lines, told_all
from services.charts import Outcome, Result, summed

STORED = Outcome("hot-100", Result.STORED, "billboard", date(2026, 11, 14), 100, 90, ("Nova Ruiz",))
REFUSED = Outcome("radio", Result.REFUSED, "kworb_radio_charts", reason="expected a rank,\nfound nothing")


async def came(*outcomes: Outcome) -> AsyncIterator[Outcome]:
    for outcome in outcomes:
        yield outcome


async def test_away_from_a_terminal_each_outcome_is_a_line_of_json_and_the_summary_the_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = await told_all(came(STORED, REFUSED), total=2)

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [STORED.told(), REFUSED.told(), {"summary": summary.told()}]


async def test_on_a_terminal_people_are_told_what_was_not_stored_and_the_sums(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    await told_all(came(STORED, REFUSED), total=None)

    assert capsys.readouterr().out.splitlines() == [
        "radio  refused  expected a rank,\N{REPLACEMENT CHARACTER}found nothing",
        "charts: 1 stored, 1 refused",
        "rows: 100, of which 90 with an artist's id",
        "names that several artists have: Nova Ruiz",
    ]


def test_of_many_ambiguous_names_the_first_are_shown() -> None:
    names = tuple(f"Artist {number}" for number in range(25))
    outcomes = [Outcome("hot-100", Result.STORED, "billboard", ambiguous=names)]

    *_, last = lines(outcomes, summed(outcomes))

    assert last.endswith("Artist 19 and 5 more")


def test_nothing_at_all_is_told_as_such() -> None:
    assert list(lines([], summed([]))) == ["charts: none", "rows: 0, of which 0 with an artist's id"]


@pytest.mark.parametrize(
    ("result", "code"),
    [(Result.STORED, 0), (Result.UNCHANGED, 0), (Result.ABSENT, 0), (Result.REFUSED, 1), (Result.FAILED, 1)],
)
def test_the_exit_code_says_whether_something_went_wrong(result: Result, code: int) -> None:
    assert exit_code(summed([STORED, Outcome("radio", result, "")])) == code

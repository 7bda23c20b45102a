from datetime import date

from services.charts.outcomes import Outcome, Result, summed

STORED = Outcome("hot-100", Result.STORED, "billboard", date(2026, 11, 14), 100, 90, ("Nova Ruiz",))
REFUSED = Outcome("radio", Result.REFUSED, "kworb_radio_charts", reason="expected a rank, found nothing")


def test_what_was_stored_is_told_whole() -> None:
    assert STORED.told() == {
        "name": "hot-100",
        "result": "stored",
        "collection": "billboard",
        "day": "2026-11-14",
        "rows": 100,
        "credited": 90,
        "ambiguous": ["Nova Ruiz"],
        "reason": None,
    }


def test_of_what_was_not_stored_there_is_no_number() -> None:
    assert REFUSED.told() == {
        "name": "radio",
        "result": "refused",
        "collection": "kworb_radio_charts",
        "reason": "expected a rank, found nothing",
    }


def test_a_summary_counts_every_way_to_end_and_names_each_ambiguous_one_once() -> None:
    assert summed([STORED, REFUSED, STORED]).told() == {
        "stored": 2,
        "unchanged": 0,
        "absent": 0,
        "refused": 1,
        "failed": 0,
        "rows": 200,
        "credited": 180,
        "ambiguous": ["Nova Ruiz"],
    }

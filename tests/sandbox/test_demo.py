from datetime import date
from pathlib import Path

import pytest

from sandbox.artists import Artist, aggregator_ids
from sandbox.demo import demo_artists, demo_numbers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "artists.jsonl").write_text(
        '{"id": 1, "name": "Nova Ruiz", "soundcharts_uuid": "11e8", "ids": {"spotify": "4q3e"}}\n'
        '{"id": 2, "name": "Mar Ilse", "ids": {"deezer": "7"}}\n'
    )
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "tracker.csv").write_text(
        "artist_id,date,spotify_followers,spotify_monthly_listeners\n1,2026-03-02,70,\n1,2026-03-01,60,800\n"
    )
    (tmp_path / "popularity.csv").write_text(
        "artist_id,platform,date,value\n1,spotify,2022-06-28,87\n1,tidal,2022-06-28,60\n"
    )
    return tmp_path


def test_artists_have_the_ids_of_their_line_and_of_the_sandbox(folder: Path) -> None:
    assert list(demo_artists(folder)) == [
        Artist(1, "Nova Ruiz", aggregator_ids(1) | {"spotify": "4q3e", "soundcharts": "11e8"}),
        Artist(2, "Mar Ilse", aggregator_ids(2) | {"deezer": "7"}),
    ]


def test_numbers_are_what_was_counted_with_the_oldest_first(folder: Path) -> None:
    numbers = demo_numbers(folder)

    assert numbers == {
        (1, "spotify_followers"): {date(2026, 3, 1): 60, date(2026, 3, 2): 70},
        (1, "spotify_monthly_listeners"): {date(2026, 3, 1): 800},
        (1, "spotify_popularity"): {date(2022, 6, 28): 87},
    }
    assert list(numbers[1, "spotify_followers"].values()) == [60, 70]


def test_the_demo_itself_is_read() -> None:
    assert len(list(demo_artists())) > 900
    assert len(demo_numbers()) > 900

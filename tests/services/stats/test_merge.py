from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from services.metrics import METRIC_NAMES
from services.model.merge import Reading
from services.stats.merge import gaps, merged

VALUES = st.dictionaries(st.sampled_from(sorted(METRIC_NAMES)), st.integers(1, 2**63 - 1), max_size=6)
READINGS = st.lists(
    st.builds(
        Reading, source=st.sampled_from(["viberate", "songstats", "genius"]), values=VALUES, native=st.booleans()
    ),
    max_size=6,
)


def reading(source: str, *, native: bool = False, **values: int) -> Reading:
    return Reading(source, values, native)


@given(READINGS)
def test_an_earlier_value_always_wins(readings: list[Reading]) -> None:
    found = merged(readings)

    for name, value in found.values.items():
        first = next(reading for reading in readings if name in reading.values)
        assert (value, found.sources[name]) == (first.values[name], first.source)


@given(READINGS)
def test_nothing_that_was_read_is_lost_and_nothing_is_added(readings: list[Reading]) -> None:
    found = merged(readings)

    assert found.values.keys() == found.sources.keys() == {name for reading in readings for name in reading.values}


@given(READINGS)
def test_gaps_are_what_nobody_has(readings: list[Reading]) -> None:
    assert gaps(METRIC_NAMES, readings) == METRIC_NAMES - merged(readings).values.keys()


@given(READINGS, VALUES)
def test_a_later_reading_changes_no_value_that_is_there(readings: list[Reading], later: Mapping[str, int]) -> None:
    before = merged(readings).values

    after = merged([*readings, Reading("bandsintown", later, native=True)]).values

    assert {name: after[name] for name in before} == before


def test_the_source_names_what_gave_a_value_in_tier_order() -> None:
    found = merged(
        [
            reading("viberate", spotify_followers=1),
            reading("songstats", shazam_count=2),
            reading("soundcharts", spotify_followers=3),
            reading("qq", native=True, qq_followers=4),
            reading("deezer", native=True),
            reading("genius", native=True, genius_followers=5),
            reading("lastfm", native=True, lastfm_plays=6),
        ]
    )

    assert found.refresh_source == "viberate+songstats+native(genius,lastfm,qq)"


def test_without_any_value_there_is_no_source() -> None:
    assert merged([reading("viberate"), reading("genius", native=True)]).refresh_source is None

from services.charts.files.kinds import ARTIST, KINDS, SONG


def test_every_kind_of_table_tells_an_artist_and_has_a_column_of_its_own() -> None:
    required = [{column.name for column in kind.columns if column.is_required} for kind in KINDS]

    assert all(names & {ARTIST, SONG} for names in required)
    assert all(len(names) > 1 for names in required)

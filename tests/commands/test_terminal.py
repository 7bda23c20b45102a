import pytest

from commands.terminal import printable, table


def test_cells_stand_in_columns() -> None:
    rows = [("METRIC", "VALUE", ""), ("spotify_followers", "7", "old"), ("deezer_fans", "1,204", "")]

    assert list(table(rows, right={1})) == [
        "METRIC             VALUE",
        "spotify_followers      7  old",
        "deezer_fans        1,204",
    ]


def test_no_rows_are_no_lines() -> None:
    assert list(table([])) == []


@pytest.mark.parametrize("character", ["\x1b", "\n", "\x9b", "\u2028", "\u202e"], ids=ascii)
def test_what_a_terminal_would_obey_is_marked(character: str) -> None:
    assert printable(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"
    assert list(table([(f"a{character}b",)])) == ["a\N{REPLACEMENT CHARACTER}b"]


@pytest.mark.parametrize("text", ["Beyoncé", "宇多田ヒカル", "a b", "→"])
def test_what_can_be_read_stays(text: str) -> None:
    assert printable(text) == text

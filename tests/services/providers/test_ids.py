"""What foreign ids look like."""

import re

import pytest

from services.providers.ids import NAME, NUMBER, SPOTIFY_ID, UUID, YOUTUBE_CHANNEL, YOUTUBE_HANDLE, fitting


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (UUID, "fb092561-f572-49ed-b75e-b4853f65aa09"),
        (UUID, "FB092561-F572-49ED-B75E-B4853F65AA09"),
        (NUMBER, "5080"),
        (SPOTIFY_ID, "4q3ewBCX7sLwd24euuV69X"),
        (YOUTUBE_CHANNEL, "UC_x5XG1OV2P6uZZ5FSM9Ttw"),
        (YOUTUBE_HANDLE, "@novaruiz"),
        (NAME, "Nova Ruiz"),
        (NAME, "!!!"),
        (NAME, "…And You Will Know Us by the Trail of Dead"),
        (NAME, "薛之谦"),
    ],
)
def test_an_id_that_fits_is_taken(pattern: re.Pattern[str], text: str) -> None:
    assert fitting(pattern, f" {text} ") == text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (UUID, "fb092561-f572-49ed-b75e-b4853f65aa0"),
        (UUID, "fb092561/f572-49ed-b75e-b4853f65aa09"),
        (UUID, "fb092561-f572-49ed-b75e-b4853f65aa09\n../x"),
        (NUMBER, "0"),
        (NUMBER, "-5"),
        (NUMBER, "٣٤"),
        (NUMBER, "1" * 20),
        (SPOTIFY_ID, "spotify:artist:4q3ewBCX7sLwd24euuV69X"),
        (SPOTIFY_ID, "4q3ewBCX7sLwd24euuV69\u017f"),
        (YOUTUBE_CHANNEL, "UC,UC_x5XG1OV2P6uZZ5FSM9"),
        (YOUTUBE_HANDLE, "https://youtube.com/@novaruiz"),
        (NAME, ".."),
        (NAME, " . "),
        (NAME, "Nova\nRuiz"),
        (NAME, "x" * 201),
        (NAME, ""),
        (NAME, None),
    ],
)
def test_one_that_does_not_fit_is_none(pattern: re.Pattern[str], text: str | None) -> None:
    assert fitting(pattern, text) is None

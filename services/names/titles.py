# ruff: noqa: RUF001  (letters and signs that look like others are what this is about)
"""Titles of recordings, made comparable: guests and remasters don't count, another version is another recording."""

import re
import unicodedata

from services.names.credits import GUESTS, GUESTS_IN_BRACKETS, NAME_FOLLOWS
from services.names.normalization import normalized

_REMASTER = (
    r"(?:\d{4}\s+)?(?:(?:digital(?:ly)?|stereo)\s+)?re-?master(?:ed)?(?:\s+(?:version|edition))?(?:\s+(?:in\s+)?\d{4})?"
)
_REMASTERED = re.compile(rf"\s+[-–—/]\s+{_REMASTER}\s*$|\s*[(\[]\s*{_REMASTER}\s*[)\]]", re.IGNORECASE)
_GUESTS = re.compile(
    rf"\s*[(\[{{]\s*(?:{GUESTS}|{GUESTS_IN_BRACKETS}){NAME_FOLLOWS}[^)\]}}]{{0,200}}[)\]}}]"
    # Outside brackets, as far as what tells the version.
    rf"|(?<=\w)[\s,–—-]+(?:{GUESTS}){NAME_FOLLOWS}.*?(?=\s[-–—]\s|\s*[(\[{{]|$)",
    re.IGNORECASE,
)
# Before a number, which may be a Roman one or a word.
_PARTS = {"pt": "part", "pts": "parts", "part": "part", "parts": "parts", "vol": "volume", "volume": "volume"}
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NUMBERS = {written: str(number) for row in (_WORDS, _ROMAN) for number, written in enumerate(row, 1)}
_PART = re.compile(rf"\b({'|'.join(_PARTS)})\b\.?\s*(\d+|{'|'.join(_NUMBERS)})\b", re.IGNORECASE)


def title_key(title: str) -> str:
    """What the recording is compared by; empty only where there is nothing to see."""
    plain = _REMASTERED.sub("", _GUESTS.sub(" ", " ".join(unicodedata.normalize("NFKC", title).split())))
    return normalized(_PART.sub(_part, plain)) or normalized(title)


def _part(found: "re.Match[str]") -> str:
    number = found[2].lower()
    return f"{_PARTS[found[1].lower()]} {_NUMBERS.get(number, number)}"

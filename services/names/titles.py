# ruff: noqa: RUF001  (letters and signs that look like others are what this is about)
"""Titles of recordings, made comparable: guests and remasters don't count, another version is another recording."""

import re
import unicodedata

from services.names.credits import GUESTS, GUESTS_IN_BRACKETS, NAME_FOLLOWS
from services.names.normalization import normalized

_REMASTER = r"(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?re-?master(?:ed)?(?:\s+(?:version|edition))?(?:\s+(?:in\s+)?\d{4})?"
_REMASTERED = re.compile(rf"\s+[-–—/]\s+{_REMASTER}\s*$|\s*[(\[]\s*{_REMASTER}\s*[)\]]", re.IGNORECASE)
_GUESTS = re.compile(
    rf"\s*[(\[{{]\s*(?:{GUESTS}|{GUESTS_IN_BRACKETS}){NAME_FOLLOWS}[^)\]}}]*[)\]}}]"
    # Outside brackets, as far as what tells the version.
    rf"|(?<=\w)[\s,]+(?:{GUESTS}){NAME_FOLLOWS}.*?(?=\s[-–—]\s|\s*[(\[{{]|$)",
    re.IGNORECASE,
)
# Before a number, these are the words that they stand for.
_SHORT_FORMS = {"pt": "part", "pts": "parts", "vol": "volume"}
_SHORT_FORM = re.compile(rf"\b({'|'.join(_SHORT_FORMS)})\b\.?(?=\s*(?:\d|[ivx]+\b))", re.IGNORECASE)


def title_key(title: str) -> str:
    """What the recording is compared by; empty only where there is nothing to see."""
    plain = _REMASTERED.sub("", _GUESTS.sub(" ", unicodedata.normalize("NFKC", title)))
    key = normalized(_SHORT_FORM.sub(lambda found: _SHORT_FORMS[found[1].lower()], plain))
    return key or normalized(title)

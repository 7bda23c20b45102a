# ruff: noqa: RUF001  (letters and signs that look like others are what this is about)
"""Credits: whom a line such as `A & B feat. C` names first. The whole line may be one artist's name, and often is.

`feat.` and its like always end the first artist's name. A comma, `&`, `x` and their like may as well be part of it
(`Earth, Wind & Fire`, `Tyler, The Creator`, `Chloe x Halle`): what stands before one counts only for who is known by
that name. So a credit has several candidates, the whole first, and the longest that is known is the artist.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

# Bands of many names have fewer; compilations have hundreds.
MOST_CUTS = 8
# Beyond it no line is a credit.
LONGEST_CREDIT = 500

_OPENING, _CLOSING = r"(\[{<【「", r")\]}>】」"
# What comes before a guest, in the languages that credits are written in.
GUESTS = (
    r"(?:in )?(?:a )?(?:duet|dueto|duett|duo) (?:with|w/|con|com|mit|avec)|feat(?:uring|ured|s)?|ft|[fw]/"
    r"|prod(?:uced|\.)? by|part(?=\.)|participação(?: especial)?(?: de)?|con la participación de"
    r"|συμμ(?:ετέχει|ετέχουν)?|при уч(?:астии)?|п/у|фит|피처링|フィーチャリング"
)
GUESTS_IN_BRACKETS = r"with|con|com|avec|mit|prod|[&+]"
# Somebody's name, and no letter that would make the mark a word's beginning (`Feather`).
NAME_FOLLOWS = rf"(?![a-z0-9à-ɏ])[.:]*+\s*+(?=[^\s{_CLOSING}])"
# Nor one that would make it a word's end (`defeat`).
_AT_A_START = r"(?<![a-z0-9à-ɏ'’.-])"
_GUEST_MARK = re.compile(
    rf"(?:[{_OPENING}]\s*(?:{GUESTS}|{GUESTS_IN_BRACKETS})|{_AT_A_START}(?:{GUESTS})){NAME_FOLLOWS}"
    # `Little Feat feat. …`: the second is the mark.
    rf"(?!(?:{GUESTS})(?:[.:]|\s))",
    re.IGNORECASE,
)

_WORDS_BETWEEN = (
    "x|vs|versus|with|and|und|et|y|e|con|com|avec|mit|og|och|en|и|και"
    "|meets|presents|pres|starring|introducing|joins|joined by"
)
_BETWEEN = re.compile(rf"(?<!\d),|,(?!\d)|[;、،&/×✕✖]|\s(?:[+|·•∙~-]|(?:{_WORDS_BETWEEN})\.?)(?=\s)", re.IGNORECASE)

_EDGES = " \t\r\n,;:&+/|-–—([{<【「"


def candidates(credit: str) -> tuple[str, ...]:
    """The names that the credit may begin with, the longest first; none where there is nothing to see.

    Each is a beginning of the line, so that none names a guest.
    """
    line = unicodedata.normalize("NFKC", credit[:LONGEST_CREDIT]).strip()
    first = lead(line)
    between = [first[: found.start()] for found in _BETWEEN.finditer(first)]
    shorter = (_trimmed(cut) for cut in reversed(between[:MOST_CUTS]))
    return tuple(dict.fromkeys(cut for cut in (line, *_before_guests(line), *shorter) if cut))


def lead(credit: str) -> str:
    """The credit without the guests that it names as such; the whole where it names none."""
    line = unicodedata.normalize("NFKC", credit[:LONGEST_CREDIT]).strip()
    *_, first = (line, *_before_guests(line))
    return first


def primary_artist(credit: str, is_known: Callable[[str], bool]) -> str:
    """The longest candidate of the credit that is known, else the credit without its guests."""
    return next((name for name in candidates(credit) if is_known(name)), lead(credit))


def _before_guests(line: str) -> Iterator[str]:
    """What stands before each mark of a guest, the longest first."""
    cuts = [_trimmed(line[: found.start()]) for found in _GUEST_MARK.finditer(line)]
    return (cut for cut in reversed(cuts[:MOST_CUTS]) if cut)


def _trimmed(cut: str) -> str:
    return cut.rstrip(_EDGES)

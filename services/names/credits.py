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
MOST_TOLD_APART = 12
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
# Somebody's name, and no letter that would make the mark a word's beginning (`Feather`): a slash ends it (`f/Ana`).
NAME_FOLLOWS = rf"(?:(?<=/)|(?![a-z0-9à-ɏ]))[.:]*+\s*+(?=[^\s{_CLOSING}])"
# Nor one that would make it a word's end (`defeat`).
_AT_A_START = r"(?<![a-z0-9à-ɏ'’.-])"
_GUEST_MARK = re.compile(
    rf"(?:[{_OPENING}]\s*(?:{GUESTS}|{GUESTS_IN_BRACKETS})|{_AT_A_START}(?:{GUESTS})){NAME_FOLLOWS}"
    # `Little Feat feat. …`: the second is the mark.
    rf"(?!(?:{GUESTS})(?:[.:]|\s))",
    re.IGNORECASE,
)

_WORDS_BETWEEN = (
    "x|vs|versus|with|and|und|et|y|e|con|com|avec|mit|med|og|och|en|ja|ve|és|dan|и|та|και"
    "|meets|presents|pres|starring|introducing|joins|joined by"
)
_BETWEEN = re.compile(rf"(?<!\d),|,(?!\d)|[;、،&/|・×✕✖]|\s(?:[+·•∙~-]|(?:{_WORDS_BETWEEN})\.?)(?=\s)", re.IGNORECASE)

_EDGES = " \t\r\n,;:&+/|-–—([{<【「"


def candidates(credit: str) -> tuple[str, ...]:
    """The names that the credit may begin with, the longest first; none where there is nothing to see.

    Each is a beginning of the line, so that none names a guest.
    """
    line = _line(credit)
    first = lead(line)
    between = [first[: found.start()] for found in _BETWEEN.finditer(first)]
    shorter = (_trimmed(cut) for cut in reversed(between[:MOST_CUTS]))
    return tuple(dict.fromkeys(cut for cut in (line, *_before_guests(line), *shorter) if cut))


def lead(credit: str) -> str:
    """The credit without the guests that it names as such; the whole where it names none."""
    line = _line(credit)
    *_, first = (line, *_before_guests(line))
    return first


def primary_artist(credit: str, is_known: Callable[[str], bool]) -> str:
    """The longest candidate of the credit that is known, else the credit without its guests."""
    return next((name for name in candidates(credit) if is_known(name)), lead(credit))


def credited(credit: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Those whom the credit names, in order, each once: the first, then its guests.

    Names that a comma, an `&` and their like join are told apart only where each of them is known, and their whole
    isn't: any other split could cut a band in pieces.
    """
    joined = (_told_apart(names, is_known) for names in _between_guests(_line(credit)))
    return tuple(dict.fromkeys(name for names in joined for name in names))


def _line(credit: str) -> str:
    return unicodedata.normalize("NFKC", credit[:LONGEST_CREDIT]).strip()


def _between_guests(line: str) -> Iterator[str]:
    """What stands before, between and behind the marks of guests; behind one in brackets up to where those close."""
    marks = [mark for mark in _GUEST_MARK.finditer(line) if _trimmed(line[: mark.start()])]
    ends = [*(mark.start() for mark in marks), len(line)]
    yield _trimmed(line[: ends[0]])
    for mark, end in zip(marks, ends[1:], strict=True):
        guests = line[mark.end() : end]
        yield _trimmed(re.split(f"[{_CLOSING}]", guests)[0] if re.match(f"[{_OPENING}]", mark[0]) else guests)


def _told_apart(names: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names, of whom the longest is taken each time; as one where they can't be told apart so."""
    cuts = [(found.start(), found.end()) for found in _BETWEEN.finditer(names)]
    if not names or not cuts or len(cuts) > MOST_TOLD_APART:
        return (names,) if names else ()
    # From each beginning of a name to the end, the last beginning first.
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(names)]
    rest: list[tuple[str, ...] | None] = [*[None] * len(starts), ()]
    for first in reversed(range(len(starts))):
        for last in reversed(range(first, len(ends))):
            name, behind = _trimmed(names[starts[first] : ends[last]]).lstrip(), rest[last + 1]
            if behind is not None and is_known(name):
                rest[first] = (name, *behind)
                break
    return rest[0] or (names,)


def _before_guests(line: str) -> Iterator[str]:
    """What stands before each mark of a guest, the longest first."""
    cuts = [_trimmed(line[: found.start()]) for found in _GUEST_MARK.finditer(line)]
    return (cut for cut in reversed(cuts[:MOST_CUTS]) if cut)


def _trimmed(cut: str) -> str:
    return cut.rstrip(_EDGES)

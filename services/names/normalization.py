"""Names of artists and works, made comparable: THE normalization, for search and for matching alike.

Case, width, diacritics, punctuation and invisible characters don't count; `&`, `+` and `and` are one word; an article
that was moved to the end (`Beatles, The`) is back in front; symbols and letters of other scripts that stand for those
of a Latin word (`A$AP`, `P!nk`, a turned R) are those letters. Scripts stay as they are: nothing is transliterated, and
marks that make another letter of a script (`й`, `ガ`, vowel signs) are kept. A name of nothing but symbols is itself,
never empty.
"""

import re
import unicodedata
from functools import lru_cache

# Dropped before anything else, so that what they touch stays one word; some would decompose into a space and a mark.
_APOSTROPHES = "'\u2019\u2018\u201b`\u00b4\u2032\u02b9\u02bb\u02bc\u02be\u02bf"
_ORNAMENTS = "\u2122\u2120\u00ae\u00a9\u0640"
# What chooses a shape of the character before it.
_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
# Letters by their kind that leave a place empty: Hangul's fillers; and Braille's cell without a dot.
_BLANKS = dict.fromkeys([0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800])
_DROPPED = dict.fromkeys(map(ord, _APOSTROPHES + _ORNAMENTS)) | _SELECTORS | _BLANKS

# Letters that don't decompose into a plain one and a mark; of Cyrillic, yo is written with and without its dots, and
# stress marks are a dictionary's.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "\N{CYRILLIC SMALL LETTER IO}": "\N{CYRILLIC SMALL LETTER IE}",
        # Persian's yeh and kaf, and yeh without its dots.
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{COMBINING GRAVE ACCENT}": None,
        "\N{COMBINING ACUTE ACCENT}": None,
    }
)
# In these scripts a mark makes no other letter.
_MARKS_DROPPED = ("LATIN", "GREEK", "ARABIC", "HEBREW")

_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})

_AND = re.compile(r"&amp;|&|(?<=\w)\s*\+\s*(?=\w)")
_MOVED_ARTICLE = re.compile(r"(.*\S)\s*,\s*(the|an?)\s*", re.DOTALL)
# Symbols that are letters where they touch one, and those that are letters between two: at an end they are punctuation.
_TOUCHING = {"$": "s", "€": "e", "£": "l", "¢": "c"}
_BETWEEN = {"!": "i", "@": "a", "†": "t", "∆": "a"}
# Letters of Greek and Cyrillic that are set for Latin ones, where one or two of them touch one.
_GREEK = dict(zip("αβδεζηικλμνξορστυχ", "abaezhikamneopetyx", strict=True))
_CYRILLIC = dict(zip("абвдеиікмнорстухшяјѕ", "abbaenikmhopctyxwrjs", strict=True))
_STANDING_FOR = _TOUCHING | _BETWEEN | _GREEK | _CYRILLIC
_SET_FOR_LATIN, _NOT_LATIN = f"[{''.join(_GREEK | _CYRILLIC)}]{{1,2}}", r"[^\W\d_a-z]"
_SYMBOLS = re.compile(
    r"(?<=[a-z])[$€£¢]+|(?<![$€£¢])[$€£¢]++(?=[a-z])|(?<=[a-z])[!@†∆](?=[a-z])"
    rf"|(?<=[a-z]){_SET_FOR_LATIN}(?!{_NOT_LATIN})|(?<!{_NOT_LATIN}){_SET_FOR_LATIN}(?=[a-z])"
)

# How umlauts and their like are written where they can't be typed.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def normalized(name: str) -> str:
    """The name as it is compared: equal for all spellings of one. Empty only where there is nothing to see."""
    return "".join(words(name))


def spellings(name: str) -> tuple[str, ...]:
    """What the name is compared by: as `normalized`, then with its umlauts written out (`Aerzte`); none for nothing.

    Two names are the same where they share one.
    """
    plain = normalized(name)
    if name.isascii():
        return (plain,) if plain else ()
    written_out = normalized(unicodedata.normalize("NFKC", name).casefold().translate(_WRITTEN_OUT))
    return tuple(found for found in dict.fromkeys((plain, written_out)) if found)


def words(name: str) -> tuple[str, ...]:
    """The words of the name as they are compared, in order: `AC/DC` is ac and dc, `Guns N' Roses` guns, n and roses."""
    return tuple(word for token in tokens(name) for word in token)


def tokens(name: str, *, symbols_are_letters: bool = True) -> tuple[tuple[str, ...], ...]:
    """The words of the name, those together that no space separates: `Jay-Z & Co` is (jay, z), (and), (co)."""
    plain = folded(name)
    if symbols_are_letters:
        plain = _SYMBOLS.sub(lambda found: "".join(_STANDING_FOR[symbol] for symbol in found[0]), plain)
    joined = _AND.sub(" and ", plain)
    if moved := _MOVED_ARTICLE.fullmatch(joined):
        joined = f"{moved[2]} {moved[1]}"
    found = (tuple(_spaced(token).split()) for token in joined.split())
    return tuple(token for token in found if token) or _symbols(name)


def folded(name: str) -> str:
    """The name without case, width and diacritics; punctuation and spaces are still there."""
    if name.isascii():
        return name.translate(_DROPPED).lower()
    plain = unicodedata.normalize("NFKC", name.translate(_DROPPED)).translate(_DROPPED).casefold()
    kept: list[str] = []
    drops_marks = True
    for character in unicodedata.normalize("NFKD", plain):
        if unicodedata.category(character) not in ("Mn", "Me"):
            drops_marks = _drops_marks(character)
        elif drops_marks:
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)


def _spaced(token: str) -> str:
    """Letters, digits and the marks on them, spaces for all else; what is invisible is gone."""
    if token.isalnum():
        return token
    return "".join(map(_kept, token))


def _symbols(name: str) -> tuple[tuple[str, ...], ...]:
    """A name without a letter or a digit, as one word of what there is to see."""
    plain = unicodedata.normalize("NFKC", name.translate(_SELECTORS | _BLANKS)).casefold()
    seen = "".join(character for character in plain if not _is_invisible(character))
    return ((seen,),) if seen else ()


@lru_cache(4096)
def _drops_marks(character: str) -> bool:
    """Whether marks on this character make no other letter."""
    return not character.isalpha() or unicodedata.name(character, "").startswith(_MARKS_DROPPED)


@lru_cache(4096)
def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] in "LNM":
        return character
    return "" if kind == "Cf" else " "


@lru_cache(4096)
def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _INVISIBLE

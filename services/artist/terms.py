"""The terms that artists are found by: those of their names, and those of what somebody types. Both are made here.

`=acdc` is a whole name, `^ac` how a name begins, `~dc` how a further word of one begins. A look-up is for equality
with a term, so it costs the same in a collection of any size, and nothing that is typed is ever a pattern.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.names import normalized, tokens, words

# What is typed beyond that is compared with the whole names.
LONGEST_PREFIX = 24
LONGEST_KEY = 200
# Of a name: a made-up one could have thousands.
MOST_WORDS = 32

_ARTICLE = "the"


@dataclass(frozen=True, slots=True)
class NameTerms:
    """What names are found by: the terms, and the whole names."""

    terms: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as terms; each of `words` is a choice of two. Empty where nothing visible was typed."""

    key: str
    whole: str
    start: str
    words: tuple[tuple[str, str], ...]
    long_words: tuple[str, ...]

    def is_start(self, keys: Iterable[str]) -> bool:
        """Whether one of the whole names begins with what was typed."""
        return any(key.startswith(self.key) for key in keys)

    def has_long_words(self, keys: Iterable[str]) -> bool:
        """Whether the whole names hold the words that are longer than a term."""
        return all(any(word in key for key in keys) for word in self.long_words)


def name_terms(name: str | None, sort_name: str | None) -> NameTerms:
    """What an artist of these names is found by, each term once."""
    own = _spellings(name)
    others = [spelling for spelling in _spellings(sort_name) if spelling not in own]
    known = {tuple(sorted(spelling)) for spelling in own}
    # `Ruiz, Nova` has the words of `Nova Ruiz`: beside those, only the whole of it is worth a term.
    full = [*own, *(spelling for spelling in others if tuple(sorted(spelling)) not in known)]
    begun = [_key(spelling) for spelling in full]
    further = [word for spelling in full for word in spelling[1:]] + _compounds(name) + _compounds(sort_name)
    keys = tuple(dict.fromkeys(map(_key, [*own, *others])))
    terms = [
        *(f"={key}" for key in keys),
        *(term for key in begun for term in _prefixes("^", key)),
        *(term for word in further if not _is_begun(word, begun) for term in _prefixes("~", word)),
    ]
    return NameTerms(tuple(dict.fromkeys(terms)), keys)


def query_terms(text: str) -> Query:
    """What to look up for what somebody typed; a leading article counts for the whole alone."""
    key, typed = normalized(text)[:LONGEST_KEY], words(text)
    if len(typed) > 1 and typed[0] == _ARTICLE:
        typed = typed[1:]
    longest_first = sorted(dict.fromkeys(typed), key=len, reverse=True)[:MOST_WORDS]
    cut = [word[:LONGEST_PREFIX] for word in longest_first]
    return Query(
        key=key,
        whole=f"={key}",
        start=f"^{key[:LONGEST_PREFIX]}",
        words=tuple((f"^{word}", f"~{word}") for word in cut),
        long_words=tuple(word for word in longest_first if len(word) > LONGEST_PREFIX),
    )


def _spellings(name: str | None) -> list[tuple[str, ...]]:
    """The words of the name; those of it without its article, and with its symbols as symbols, where they differ."""
    found = dict.fromkeys(_flat(name or "", as_letters)[:MOST_WORDS] for as_letters in (True, False))
    found |= dict.fromkeys(plain[1:] for plain in tuple(found) if len(plain) > 1 and plain[0] == _ARTICLE)
    return [spelling for spelling in found if spelling]


def _flat(name: str, as_letters: bool) -> tuple[str, ...]:
    return tuple(word for token in tokens(name, symbols_are_letters=as_letters) for word in token)


def _compounds(name: str | None) -> list[str]:
    """What stands between spaces and is several words, as one: `Jay-Z` is typed `jayz` too."""
    return ["".join(token) for token in tokens(name or "")[:MOST_WORDS] if len(token) > 1]


def _is_begun(word: str, keys: Iterable[str]) -> bool:
    return any(key.startswith(word) for key in keys)


def _key(spelling: tuple[str, ...]) -> str:
    return "".join(spelling)[:LONGEST_KEY]


def _prefixes(kind: str, word: str) -> Iterator[str]:
    return (f"{kind}{word[:length]}" for length in range(1, min(len(word), LONGEST_PREFIX) + 1))

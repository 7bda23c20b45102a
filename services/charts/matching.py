"""Whose a row of a chart is: the keys of a row, those of an artist, and the rule by which they meet. No I/O.

A row that carries an `artist_id` is that artist's alone. Of any other the keys decide in their order, the ids before
the names and the whole of a credit before its beginnings: the first key that any known artist has is the one that
counts, and the row is whoever's that is. So `Earth, Wind & Fire` is nobody's named Earth once the band is known, and
an artist who has another Spotify id than the row never has it for its name. All comparisons are for equality.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from services.chart_collections import ChartCollection, RowKey
from services.model.artist import MAX_ARTIST_ID, Artist
from services.model.charts import Claim, Key, MatchedBy
from services.names import candidates, folded, spellings, tokens, words
from services.platforms import Platform
from services.store import decode

# What a text of a row is compared by; whether it may name several artists.
SpellingsOf = Callable[[str, bool], Iterable[str]]

# Beyond it no text is a name.
LONGEST_NAME = 500

_ARTICLE = "the"
_NOT_IN_A_SLUG = str.maketrans("&+", "  ")


@dataclass(frozen=True, slots=True)
class Share:
    """What a row says of one artist: whose that can be, and where in the row the artist's id belongs."""

    path: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class ArtistKeys:
    """All keys of one artist; what is known are the keys of all artists, made by the same function."""

    artist_id: int
    keys: frozenset[Key]
    has_spotify_id: bool


def artist_keys(artist: Artist) -> ArtistKeys:
    """The keys of the artist: its id, its Spotify id, Kworb's slug of its name, its name and its sort name.

    Needs `name`, `sort_name` and `platforms` of the artist.
    """
    spotify_id = artist.platform_id(Platform.SPOTIFY)
    names = [name for name in (artist.name, artist.sort_name) if name]
    found = [
        Key(MatchedBy.ARTIST_ID, str(artist.id)),
        *_spotify_key(spotify_id or ""),
        *_slug_key(artist.name or ""),
        *(Key(MatchedBy.NAME, spelling) for name in names for spelling in spellings(name[:LONGEST_NAME])),
    ]
    return ArtistKeys(artist.id, frozenset(found), spotify_id is not None)


def claims(row: object, collection: ChartCollection) -> tuple[Claim, ...]:
    """Whose the row can be: one claim, or one for each artist that it lists apart; none where it names nobody.

    The row is as it is stored, whatever that is: what is unusable in it counts as absent.
    """
    return tuple(dict.fromkeys(share.claim for share in shares(row, collection, all_spellings)))


def decided(claim: Claim, artist: ArtistKeys, is_known: Callable[[Key], bool]) -> MatchedBy | None:
    """By what the claim is this artist's; None where it isn't.

    `is_known` is asked of the keys before the artist's own alone.
    """
    for key in claim:
        if key in artist.keys:
            return key.matched_by
        if key.matched_by is MatchedBy.SPOTIFY_ID and artist.has_spotify_id:
            return None
        if is_known(key):
            return None
    return None


def kworb_slug(name: str) -> str:
    """The name as Kworb's addresses have it, `burnaboy`: letters and digits, in lower case. Empty where it has none."""
    plain = folded(name).translate(_NOT_IN_A_SLUG)
    slug = "".join(word for token in tokens(plain, symbols_are_letters=False) for word in token)
    return slug if any(map(str.isalnum, slug)) else ""


def shares(row: object, collection: ChartCollection, spellings_of: SpellingsOf) -> Iterator[Share]:
    """The row's own claim and those of the artists that it lists apart; its own alone where it carries an `artist_id`.

    `spellings_of` tells what names are compared by.
    """
    if not isinstance(row, Mapping):
        return
    own, listed = _parted(collection)
    claim = _claim(row, own, spellings_of)
    if claim:
        yield Share(_path(own), claim)
    if claim and claim[0].matched_by is MatchedBy.ARTIST_ID:
        return
    for field, keys in listed.items():
        for place, artist in _documents(row.get(field)):
            if claim := _claim(artist, keys, spellings_of):
                yield Share(f"{field}{place}.{_path(keys)}", claim)


# Charts name the same artists week after week.
@lru_cache(8192)
def all_spellings(text: str, is_credit: bool) -> tuple[str, ...]:
    """What a name is compared by, and of a credit each name that it may begin with, the whole first.

    Behind the spellings of each is the one with or without its article: charts drop and add it.
    """
    names = candidates(text) if is_credit else (text,)
    return tuple(spelling for name in names for spelling in (*spellings(name), *_other_article(name)))


@cache
def _parted(collection: ChartCollection) -> tuple[tuple[RowKey, ...], dict[str, tuple[RowKey, ...]]]:
    """The keys that stand in the row itself, and those in a list of artists, by the field of that list."""
    own = tuple(key for key in collection.keys if "." not in key.path)
    listed: dict[str, tuple[RowKey, ...]] = {}
    for key in collection.keys:
        field, _, inner = key.path.partition(".")
        if inner:
            listed[field] = (*listed.get(field, ()), RowKey(key.matched_by, inner, key.is_credit))
    return own, listed


def _path(keys: Iterable[RowKey]) -> str:
    """Where, by these keys, an artist's id stands."""
    return next(key.path for key in keys if key.matched_by is MatchedBy.ARTIST_ID)


def _claim(document: Mapping[str, object], keys: Iterable[RowKey], spellings_of: SpellingsOf) -> Claim:
    found: list[Key] = []
    for key in keys:
        read = _keys(key, document.get(key.path), spellings_of)
        if read and key.matched_by is MatchedBy.ARTIST_ID:
            return tuple(read)
        found += read
    return tuple(dict.fromkeys(found))


def _keys(key: RowKey, value: object, spellings_of: SpellingsOf) -> list[Key]:
    """The keys that the value gives."""
    match key.matched_by:
        case MatchedBy.ARTIST_ID:
            artist_id = decode.whole(value)
            is_one = artist_id is not None and 0 < artist_id <= MAX_ARTIST_ID
            return [Key(MatchedBy.ARTIST_ID, str(artist_id))] if is_one else []
        case MatchedBy.SPOTIFY_ID:
            return _spotify_key(decode.text(value) or "")
        case MatchedBy.SLUG:
            return _slug_key(decode.text(value) or "")
        case MatchedBy.NAME:
            name = (decode.text(value) or "")[:LONGEST_NAME]
            return [Key(MatchedBy.NAME, spelling) for spelling in spellings_of(name, key.is_credit)]


def _spotify_key(spotify_id: str) -> list[Key]:
    return [Key(MatchedBy.SPOTIFY_ID, spotify_id)] if spotify_id else []


def _slug_key(name: str) -> list[Key]:
    slug = kworb_slug(name[:LONGEST_NAME])
    return [Key(MatchedBy.SLUG, slug)] if slug else []


def _other_article(name: str) -> Iterator[str]:
    """The name with an article, or without the one that it has, where so much is left that it tells the artist.

    `Rolling Stones` is The Rolling Stones, and `The Black Eyed Peas` is Black Eyed Peas; but `The Rose` is no Rosé.
    """
    first, *rest = words(name) or ("",)
    if first == _ARTICLE:
        if len(rest) > 1:
            yield "".join(rest)
    elif (plain := "".join((first, *rest))).isascii() and plain.isalnum():
        yield _ARTICLE + plain


def _documents(value: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The documents of a list with their places, `.0`, or the one that stands in its place."""
    if isinstance(value, Mapping):
        yield "", value
    if isinstance(value, list):
        yield from ((f".{place}", found) for place, found in enumerate(value) if isinstance(found, Mapping))

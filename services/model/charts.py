"""Charts: the families that they are told in, and by what a row of one is an artist's."""

from enum import StrEnum


class ChartFamily(StrEnum):
    """What a chart counts and where; the order is that of answers."""

    SPOTIFY = "spotify"
    SPOTIFY_LISTENERS = "spotify_listeners"
    GLOBAL_ARTISTS = "global_artists"
    CURRENT = "current"
    ITUNES = "itunes"
    APPLE_MUSIC = "apple_music"
    RADIO = "radio"
    YOUTUBE = "youtube"
    SHAZAM = "shazam"
    DEEZER = "deezer"
    BILLBOARD = "billboard"


class MatchedBy(StrEnum):
    """By what a chart row was found to belong to the artist, the surest first."""

    ARTIST_ID = "artist_id"
    SPOTIFY_ID = "spotify_id"
    SLUG = "slug"
    NAME = "name"

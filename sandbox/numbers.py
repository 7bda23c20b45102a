"""The numbers: what is true of an artist on a day, and what each provider says of it.

A metric that was really counted grows from its last real value. Any other is derived from the artist's monthly
listeners, real or made up, by the metric's usual share of them, so that an artist's platforms agree in size. Providers
differ a little: they lag, they deviate, and none knows all artists and all metrics.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.artists import Artist
from sandbox.chance import bell, between, unit
from sandbox.demo import Real

# The day for which numbers are made up; they grow from there to both sides.
ANCHOR = date(2026, 1, 1)
DAYS_A_YEAR = 365.25
LISTENERS, POPULARITY = "spotify_monthly_listeners", "spotify_popularity"


@dataclass(frozen=True, slots=True)
class Share:
    """A metric as a share of another: how much of it, how widely that differs, and how it grows in a year."""

    of: str
    times: float
    spread: float
    least_growth: float = 0.01
    most_growth: float = 0.4


SHARES = {
    "spotify_followers": Share(LISTENERS, 0.8, 0.6),
    "youtube_subscribers": Share(LISTENERS, 0.3, 0.8),
    "youtube_views": Share("youtube_subscribers", 320, 0.5),
    "instagram_followers": Share(LISTENERS, 0.55, 1.0),
    "tiktok_followers": Share(LISTENERS, 0.3, 1.1),
    "tiktok_likes": Share("tiktok_followers", 14, 0.5),
    "facebook_followers": Share(LISTENERS, 0.35, 1.1, -0.03, 0.1),
    "twitter_followers": Share(LISTENERS, 0.2, 1.2, -0.08, 0.1),
    "soundcloud_followers": Share(LISTENERS, 0.05, 1.1),
    "deezer_fans": Share(LISTENERS, 0.04, 0.7),
    "genius_followers": Share(LISTENERS, 0.0005, 0.7),
    "lastfm_listeners": Share(LISTENERS, 0.08, 0.6, 0.02, 0.2),
    "lastfm_plays": Share("lastfm_listeners", 36, 0.5),
    "netease_fans": Share(LISTENERS, 0.02, 1.2),
    "qq_followers": Share(LISTENERS, 0.015, 1.2),
    "bandsintown_trackers": Share(LISTENERS, 0.03, 0.7),
    "songkick_followers": Share(LISTENERS, 0.02, 0.7),
    "shazam_count": Share(LISTENERS, 0.7, 0.7, 0.03, 0.25),
    "twitch_followers": Share(LISTENERS, 0.002, 1.2),
    "pandora_listeners": Share(LISTENERS, 0.1, 0.7, -0.1, 0.1),
    "audiomack_followers": Share(LISTENERS, 0.02, 1.2),
    "weibo_followers": Share(LISTENERS, 0.01, 1.3),
}


@dataclass(frozen=True, slots=True)
class View:
    """How a provider sees the numbers: the share of artists and of metrics it knows, its lag, how far it deviates."""

    artists: float = 1.0
    metrics: float = 1.0
    lag_days: int = 0
    deviation: float = 0.0


# Providers without a row know whom they have an id for, exactly and at once.
VIEWS: Mapping[str, View] = {
    "viberate": View(artists=0.92, metrics=0.8, lag_days=3, deviation=0.005),
    "songstats": View(artists=0.9, metrics=0.8, lag_days=1, deviation=0.003),
    "soundcharts": View(artists=0.93, metrics=0.85, lag_days=1, deviation=0.002),
    "lastfm": View(artists=0.95),
    "bandsintown": View(artists=0.85),
}
EXACT = View()


class Numbers:
    """Numbers that follow from the seed, the artist, the metric and the day alone, but for those that are real."""

    def __init__(self, seed: int, real: Real) -> None:
        self._seed = seed
        self._real = real

    def knows(self, provider: str, artist: Artist) -> bool:
        """Whether the provider knows the artist."""
        share = VIEWS.get(provider, EXACT).artists
        return artist.is_known_everywhere or unit(self._seed, "knows", provider, artist.id) < share

    def seen(self, provider: str, artist: Artist, metric: str, today: date) -> int | None:
        """What the provider counts; None where it has no such number of the artist."""
        view = VIEWS.get(provider, EXACT)
        about = (self._seed, provider, artist.id, metric)
        if not artist.is_known_everywhere and unit("gap", *about) >= view.metrics:
            return None
        value = self.true(artist, metric, today - timedelta(days=view.lag_days))
        if metric == POPULARITY:
            return value
        return max(1, round(value * (1 + view.deviation * between(-1, 1, "deviates", *about))))

    def true(self, artist: Artist, metric: str, day: date) -> int:
        """What is true on that day: the real value where one was counted then."""
        if (real := self._real.get((artist.id, metric), {}).get(day)) is not None:
            return real
        if metric == POPULARITY:
            return self.popularity(artist, day)
        return max(1, round(self._grown(artist, metric, day)))

    def popularity(self, artist: Artist, day: date) -> int:
        """Spotify's popularity from 1 to 100: the logarithm of the listeners, with slow ups and downs."""
        return max(1, min(100, round(self._popularity(artist, day) + self._offset(artist))))

    def _popularity(self, artist: Artist, day: date) -> float:
        phase = between(0, math.tau, self._seed, "wave", artist.id)
        wave = 2.2 * math.sin(day.toordinal() / 47 + phase) + 1.1 * math.sin(day.toordinal() / 13 + 2 * phase)
        return 15 * math.log10(max(10.0, self._grown(artist, LISTENERS, day))) - 27 + wave

    def _offset(self, artist: Artist) -> float:
        """What brings the curve to the last real value."""
        real = self._real.get((artist.id, POPULARITY))
        if not real:
            return 0.0
        last = max(real)
        return real[last] - self._popularity(artist, last)

    def _grown(self, artist: Artist, metric: str, day: date) -> float:
        start, value = self._start(artist, metric)
        years = (day - start).days / DAYS_A_YEAR
        return value * math.exp(self._growth(artist, metric) * years) * self._week(artist, metric, start, day)

    def _start(self, artist: Artist, metric: str) -> tuple[date, float]:
        """The day and the value that the metric grows from."""
        if real := self._real.get((artist.id, metric)):
            last = max(real)
            return last, real[last]
        share = SHARES.get(metric)
        if share is None:
            return ANCHOR, 10 ** between(3.4, 6.9, self._seed, "size", artist.id)
        off = math.exp(share.spread * bell(self._seed, "share", artist.id, metric))
        return ANCHOR, self._grown(artist, share.of, ANCHOR) * share.times * off

    def _growth(self, artist: Artist, metric: str) -> float:
        share = SHARES.get(metric)
        low, high = (-0.12, 0.35) if share is None else (share.least_growth, share.most_growth)
        return between(low, high, self._seed, "growth", artist.id, metric)

    def _week(self, artist: Artist, metric: str, start: date, day: date) -> float:
        """Listeners of a month go up and down; what is gathered only grows."""
        if metric != LISTENERS:
            return 1.0
        phase = between(0, math.tau, self._seed, "week", artist.id)
        return (1 + 0.02 * math.sin(day.toordinal() / 5 + phase)) / (1 + 0.02 * math.sin(start.toordinal() / 5 + phase))

"""The providers that the sandbox plays, a file each: THE table."""

from sandbox.protocol import Provider
from sandbox.providers import (
    bandsintown,
    billboard,
    deezer,
    genius,
    instagram_account,
    kworb,
    lastfm,
    netease,
    qq,
    songstats,
    soundcharts,
    spotify,
    spotify_accounts,
    tiktok,
    viberate,
    youtube,
    zylalabs,
)

PROVIDERS: tuple[Provider, ...] = (
    viberate.PROVIDER,
    songstats.PROVIDER,
    soundcharts.PROVIDER,
    spotify.PROVIDER,
    spotify_accounts.PROVIDER,
    youtube.PROVIDER,
    deezer.PROVIDER,
    genius.PROVIDER,
    lastfm.PROVIDER,
    netease.PROVIDER,
    qq.PROVIDER,
    zylalabs.PROVIDER,
    tiktok.PROVIDER,
    bandsintown.PROVIDER,
    instagram_account.PROVIDER,
    kworb.PROVIDER,
    billboard.PROVIDER,
)

import pytest

from services.metrics import BY_NAME, METRIC_NAMES, METRICS, Metric, MetricRow

# The names that clients and other writers of the collection rely on: REST key, stored field, GraphQL field.
PROMISED = [
    ("spotify", "spotify_followers", "spotifyFollowers"),
    ("spotify_listeners", "spotify_monthly_listeners", "spotifyMonthlyListeners"),
    ("spotify_popularity", "spotify_popularity", "spotifyPopularity"),
    ("youtube", "youtube_subscribers", "youtubeSubscribers"),
    ("youtube_views", "youtube_views", "youtubeViews"),
    ("instagram", "instagram_followers", "instagramFollowers"),
    ("tiktok", "tiktok_followers", "tiktokFollowers"),
    ("tiktok_likes", "tiktok_likes", "tiktokLikes"),
    ("facebook", "facebook_followers", "facebookFollowers"),
    ("twitter", "twitter_followers", "twitterFollowers"),
    ("soundcloud", "soundcloud_followers", "soundcloudFollowers"),
    ("deezer", "deezer_fans", "deezerFans"),
    ("genius", "genius_followers", "geniusFollowers"),
    ("lastfm", "lastfm_listeners", "lastfmListeners"),
    ("lastfm_plays", "lastfm_plays", "lastfmPlays"),
    ("netease", "netease_fans", "neteaseFans"),
    ("qq", "qq_followers", "qqFollowers"),
    ("bandsintown", "bandsintown_trackers", "bandsintownTrackers"),
    ("songkick", "songkick_followers", "songkickFollowers"),
    ("shazam", "shazam_count", "shazamCount"),
    ("twitch", "twitch_followers", "twitchFollowers"),
    ("pandora", "pandora_listeners", "pandoraListeners"),
    ("audiomack", "audiomack_followers", "audiomackFollowers"),
    ("weibo", "weibo_followers", "weiboFollowers"),
]


def test_the_table_has_the_promised_names_in_the_promised_order() -> None:
    assert [(row.rest_key, row.name, row.field) for row in METRICS] == PROMISED


@pytest.mark.parametrize("row", METRICS, ids=lambda row: row.name)
def test_a_metric_is_counted_on_the_platform_that_its_name_begins_with(row: MetricRow) -> None:
    assert row.name.startswith(f"{row.platform.value}_")


@pytest.mark.parametrize("row", METRICS, ids=lambda row: row.name)
def test_a_description_is_a_sentence_of_its_own(row: MetricRow) -> None:
    assert row.description.endswith(".")
    assert row.description[0].isupper()
    assert [other for other in METRICS if other.description == row.description] == [row]


def test_each_metric_is_found_by_its_stored_name() -> None:
    assert {name: BY_NAME[name].name for name in METRIC_NAMES} == {row.name: row.name for row in METRICS}


def test_the_enum_has_each_stored_name_in_capitals() -> None:
    assert [(metric.name, metric.value) for metric in Metric] == [(row.name.upper(), row.name) for row in METRICS]

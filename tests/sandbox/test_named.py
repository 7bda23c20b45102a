import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.named import NAMED
from sandbox.protocol import recorded
from settings import ROOT
from tests.builders import NOW
from tests.sandbox.conftest import AskDeezer, AskProvider
from tests.sandboxes import Sandbox


@pytest.mark.parametrize(
    ("named", "status", "headers"),
    [
        ("throttled_shortly", 429, {"retry-after": "3"}),
        ("throttled_for_hours", 429, {"retry-after": "21600"}),
        ("throttled_until", 429, {"retry-after": "Fri, 20 Nov 2026 09:00:00 GMT"}),
        ("throttled_own_header", 429, {"x-ratelimit-reset": "2", "x-ratelimit-requests-reset": "2"}),
        ("throttled_empty", 429, {"content-length": "0"}),
        ("slow_down_503", 503, {"retry-after": "2"}),
        ("empty", 200, {"content-length": "0"}),
        ("html_challenge", 403, {"content-type": "text/html; charset=UTF-8"}),
        ("html_5xx", 502, {"content-type": "text/html; charset=UTF-8"}),
        ("html_200", 200, {"content-type": "text/html; charset=UTF-8"}),
        ("html_404", 404, {"content-type": "text/html; charset=UTF-8"}),
        ("wrong_content_type", 200, {"content-type": "text/html"}),
        ("reset_in_the_past", 429, {"retry-after": "Fri, 20 Nov 2026 07:00:00 GMT"}),
        ("token_down", 503, {}),
        ("down", 500, {}),
    ],
)
def test_a_fault_has_its_status_and_headers(
    deezer: AskDeezer, named: str, status: int, headers: dict[str, str]
) -> None:
    answer = deezer(named)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in headers} == headers


@pytest.mark.parametrize(
    ("provider", "named", "status", "body"),
    [
        ("deezer", "throttled", 200, recorded("deezer/quota")),
        ("lastfm", "throttled", 429, recorded("lastfm/rate_limit")),
        ("netease", "throttled", 200, recorded("netease/cheating")),
        ("spotify", "quota_used_up", 429, recorded("spotify/quota")),
        ("youtube", "quota_used_up", 403, recorded("youtube/quota")),
        ("soundcharts", "quota_used_up", 429, recorded("soundcharts/quota")),
        ("tiktok", "quota_used_up", 429, recorded("tiktok/monthly_quota")),
        ("qq", "quota_used_up", 429, {"message": "Your quota is used up"}),
        ("youtube", "key_refused", 400, recorded("youtube/bad_key")),
        ("bandsintown", "key_refused", 403, recorded("bandsintown/denied")),
        ("deezer", "key_refused", 401, {"message": "Unauthorized"}),
        ("deezer", "error_with_200", 200, recorded("deezer/quota")),
        ("lastfm", "error_with_200", 200, recorded("lastfm/try_again")),
        ("netease", "error_with_200", 200, recorded("netease/login")),
        ("qq", "error_with_200", 200, {"response": recorded("qq/error")}),
        ("tiktok", "error_with_200", 200, recorded("tiktok/burst")),
        ("genius", "error_with_200", 200, {"error": {"code": 500, "message": "Something went wrong"}}),
        ("spotify", "token_dead", 401, recorded("spotify/token_expired")),
        ("instagram-account", "token_dead", 400, recorded("instagram_account/token_refused")),
        ("instagram-account", "token_ended", 400, recorded("instagram_account/token_ended")),
        ("instagram-account", "too_young", 400, recorded("instagram_account/too_young")),
        ("instagram-account", "throttled", 400, recorded("instagram_account/limited")),
        ("soundcharts", "forbidden", 403, recorded("soundcharts/not_in_plan")),
        ("tiktok", "forbidden", 403, recorded("tiktok/not_subscribed")),
        ("viberate", "unknown", 404, recorded("viberate/unknown")),
        ("deezer", "unknown", 200, recorded("deezer/unknown")),
        ("youtube", "unknown", 200, recorded("youtube/none")),
    ],
)
def test_a_fault_is_answered_in_the_providers_own_way(
    sandbox: Sandbox, ask: AskProvider, provider: str, named: str, status: int, body: Any
) -> None:
    first_path = {
        "deezer": "/artist/1",
        "lastfm": "/",
        "netease": "/artist/follow/count",
        "spotify": "/artists",
        "youtube": "/channels",
        "soundcharts": "/api/v2/artist/1/current/stats",
        "tiktok": "/user/info",
        "qq": "/getSingerStarNum",
        "bandsintown": "/artists/Nobody",
        "genius": "/artists/1",
        "instagram-account": "/v25.0/me",
        "viberate": "/artist/1/viberate/fanbase-distribution",
    }

    sandbox.fault(provider, body={"named": named})
    answer = ask(provider, first_path[provider])

    assert (answer.status_code, answer.json()) == (status, body)


def test_no_content_type_is_none(deezer: AskDeezer) -> None:
    assert "content-type" not in deezer("no_content_type").headers


def test_a_clock_ahead_shows_in_the_date(deezer: AskDeezer) -> None:
    ahead = parsedate_to_datetime(deezer("clock_ahead").headers["date"]) - NOW

    assert ahead.total_seconds() == 420


def test_every_named_fault_is_tested() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_named*.py"))

    assert [fault.name for fault in NAMED if f'"{fault.name}"' not in tests] == []


def test_every_named_fault_stands_in_the_documentation_as_it_is() -> None:
    told = re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", (ROOT / "docs/sandbox.md").read_text("utf-8"), re.MULTILINE)

    assert told == [(str(fault.number), fault.name, fault.does) for fault in NAMED]


def test_names_are_unique() -> None:
    assert len({fault.name for fault in NAMED}) == len(NAMED)

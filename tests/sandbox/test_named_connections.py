import gzip

import httpx
import pytest

from sandbox.artists import Artist
from sandbox.named import HUGE
from tests.sandbox.conftest import AskDeezer
from tests.sandboxes import Sandbox

# Sooner than a fault of minutes ends, later than an answer without one.
PATIENCE_S = 0.5


def test_a_late_answer_is_later_than_anyone_waits(deezer: AskDeezer) -> None:
    with pytest.raises(httpx.ReadTimeout):
        deezer("late", timeout=PATIENCE_S)


def test_a_drip_comes_byte_by_byte(sandbox: Sandbox, nova: Artist) -> None:
    sandbox.fault("deezer", body={"named": "drip"})

    with httpx.stream("GET", f"{sandbox.bases['deezer']}/artist/{nova.ids['deezer']}", trust_env=False) as answer:
        first = next(answer.iter_raw())

    assert first == b"{"


def test_silence_comes_after_the_headers(sandbox: Sandbox, nova: Artist) -> None:
    sandbox.fault("deezer", body={"named": "silent"})
    url = f"{sandbox.bases['deezer']}/artist/{nova.ids['deezer']}"

    with httpx.stream("GET", url, trust_env=False, timeout=PATIENCE_S) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            answer.read()


def test_a_cut_connection_ends_before_the_body_does(deezer: AskDeezer) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        deezer("cut_connection")


def test_a_bad_gzip_cannot_be_unpacked(deezer: AskDeezer) -> None:
    with pytest.raises(httpx.DecodingError):
        deezer("bad_gzip")


@pytest.mark.parametrize("named", ["huge", "gzip_bomb"])
def test_a_huge_answer_is_200_mb_of_blanks_and_then_the_body(sandbox: Sandbox, nova: Artist, named: str) -> None:
    sandbox.fault("deezer", body={"named": named})

    with httpx.stream("GET", f"{sandbox.bases['deezer']}/artist/{nova.ids['deezer']}", trust_env=False) as answer:
        length = sum(len(part) for part in answer.iter_bytes())

    assert HUGE < length < HUGE + 1_000
    assert (int(answer.headers["content-length"]) < 2_000_000) is (named == "gzip_bomb")


def test_a_gzip_bomb_is_whole(sandbox: Sandbox, nova: Artist) -> None:
    sandbox.fault("deezer", body={"named": "gzip_bomb"})

    with httpx.stream("GET", f"{sandbox.bases['deezer']}/artist/{nova.ids['deezer']}", trust_env=False) as answer:
        packed = b"".join(answer.iter_raw())

    assert gzip.decompress(packed)[-20:].endswith(b'"type":"artist"}')


def test_a_redirect_elsewhere_leads_to_another_host_where_it_is_seen(sandbox: Sandbox, deezer: AskDeezer) -> None:
    answer = deezer("redirect_elsewhere")

    elsewhere = httpx.URL(answer.headers["location"])
    assert (answer.status_code, elsewhere.host, elsewhere.port) == (302, "localhost", httpx.URL(sandbox.url).port)
    assert sandbox.requests("_sandbox") == []

    deezer("redirect_elsewhere", follow_redirects=True)
    assert [entry["path"] for entry in sandbox.requests("_sandbox")] == ["/_sandbox/elsewhere"]

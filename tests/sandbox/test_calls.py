from dataclasses import replace

from sandbox.calls import LOGGED, Calls, Entry
from sandbox.providers.deezer import PROVIDER as DEEZER
from sandbox.providers.genius import PROVIDER as GENIUS

ENTRY = Entry("deezer", "GET", "/deezer/artist/7", {}, ["host"], ["61"], None)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_calls_are_counted_by_provider_and_artist() -> None:
    calls = Calls([DEEZER, GENIUS])

    calls.begin(ENTRY)
    calls.begin(replace(ENTRY, artists=["61", "62"]))
    calls.begin(replace(ENTRY, provider="genius", artists=["?7"]))

    assert calls.told()["calls"] == {"deezer": {"61": 2, "62": 1}, "genius": {"?7": 1}}
    assert calls.told()["requests"] == {"deezer": 2, "genius": 1}


def test_the_most_at_once_are_kept() -> None:
    calls = Calls([DEEZER])

    calls.begin(ENTRY)
    calls.begin(ENTRY)
    calls.end("deezer")
    calls.begin(ENTRY)

    assert calls.told()["maxInFlight"] == {"deezer": 2}


def test_a_reset_forgets_all_but_what_is_under_way() -> None:
    calls = Calls([DEEZER])
    calls.begin(ENTRY)
    calls.begin(ENTRY)
    calls.end("deezer")

    calls.reset()

    assert calls.told() == {
        "calls": {},
        "requests": {},
        "maxInFlight": {"deezer": 1},
        "rateBroken": {"deezer": 0},
    }
    assert list(calls.log) == []


def test_a_rate_is_broken_by_what_comes_while_its_window_is_full() -> None:
    seconds = Seconds()
    calls = Calls([DEEZER], clock=seconds)

    for _ in range(50):
        calls.begin(ENTRY)
    assert calls.told()["rateBroken"] == {"deezer": 0}
    calls.begin(ENTRY)
    calls.begin(ENTRY)

    assert calls.told()["rateBroken"] == {"deezer": 2}


def test_a_rate_is_kept_by_what_comes_when_the_window_has_passed() -> None:
    seconds = Seconds()
    calls = Calls([DEEZER], clock=seconds)
    for _ in range(50):
        calls.begin(ENTRY)

    seconds.now = 5.0
    calls.begin(ENTRY)

    assert calls.told()["rateBroken"] == {"deezer": 0}


def test_a_provider_without_a_published_rate_has_none_to_break() -> None:
    calls = Calls([GENIUS])

    calls.begin(replace(ENTRY, provider="genius"))

    assert calls.told()["rateBroken"] == {}


def test_an_entry_is_told_without_its_secrets() -> None:
    entry = replace(ENTRY, query={"api_key": "hush", "KEY": "hush", "limit": "20"})

    assert entry.told() == {
        "provider": "deezer",
        "method": "GET",
        "path": "/deezer/artist/7",
        "query": {"api_key": "***", "KEY": "***", "limit": "20"},
        "headers": ["host"],
        "artists": ["61"],
        "fault": None,
    }


def test_the_log_has_an_end() -> None:
    assert Calls([]).log.maxlen == LOGGED

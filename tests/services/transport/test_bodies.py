import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from services.transport import ProviderUnreadable
from services.transport.bodies import read_body

MOST = 1000
CUT_OFF = f"answered more than {MOST} bytes"
BROKEN = "answered bytes that can't be unpacked"
PACKED = gzip.compress(b'{"listeners": 1204331}')


class Parts(httpx.AsyncByteStream):
    """What comes over the network, part by part; counts how much of it was taken."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            self.taken += 1
            yield part


async def read(*parts: bytes, encoding: str = "") -> bytes:
    headers = {"content-encoding": encoding} if encoding else {}
    return await read_body(httpx.Response(200, headers=headers, stream=Parts(parts)), most=MOST)


@pytest.mark.parametrize(
    ("parts", "encoding", "body"),
    [
        pytest.param([], "", b"", id="empty"),
        pytest.param([b"{", b'"a": 1', b"}"], "", b'{"a": 1}', id="plain"),
        pytest.param([b"{}"], "identity", b"{}", id="called identity"),
        pytest.param([b"x" * MOST], "", b"x" * MOST, id="as long as may be"),
        pytest.param([PACKED], "gzip", b'{"listeners": 1204331}', id="gzip"),
        pytest.param([PACKED], " GZip ", b'{"listeners": 1204331}', id="gzip, oddly written"),
        pytest.param([PACKED], "x-gzip", b'{"listeners": 1204331}', id="gzip by its old name"),
        pytest.param([bytes([byte]) for byte in PACKED], "gzip", b'{"listeners": 1204331}', id="gzip byte by byte"),
        pytest.param([PACKED + b"rubbish"], "gzip", b'{"listeners": 1204331}', id="gzip with something after it"),
        pytest.param([gzip.compress(b"x" * MOST)], "gzip", b"x" * MOST, id="gzip as long as may be"),
        pytest.param([], "gzip", b"", id="empty, and called gzip"),
    ],
)
async def test_a_body_is_read_and_unpacked(parts: list[bytes], encoding: str, body: bytes) -> None:
    assert await read(*parts, encoding=encoding) == body


@pytest.mark.parametrize(
    ("parts", "encoding", "said"),
    [
        pytest.param([b"x" * (MOST + 1)], "", CUT_OFF, id="too long"),
        pytest.param([b"x" * 600, b"x" * 600], "", CUT_OFF, id="too long in all"),
        pytest.param([gzip.compress(b"x" * (MOST + 1))], "gzip", CUT_OFF, id="too long once unpacked"),
        pytest.param([PACKED[:-9]], "gzip", BROKEN, id="gzip cut short"),
        pytest.param([PACKED[:-1] + b"\xff"], "gzip", BROKEN, id="gzip with another sum"),
        pytest.param([b"{}"], "gzip", BROKEN, id="no gzip, but called so"),
        pytest.param(
            [zlib.compress(b"{}")], "deflate", "answered bytes packed in a way that wasn't asked for", id="zlib"
        ),
        pytest.param([b"{}"], "gzip, br", "answered bytes packed in a way that wasn't asked for", id="packed twice"),
    ],
)
async def test_a_body_that_is_too_large_or_broken_is_refused(parts: list[bytes], encoding: str, said: str) -> None:
    with pytest.raises(ProviderUnreadable) as raised:
        await read(*parts, encoding=encoding)

    assert (str(raised.value), raised.value.__context__) == (said, None)


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_no_more_is_taken_of_a_body_than_is_needed_to_refuse_it(encoding: str) -> None:
    body = b"x" * 10**6 if not encoding else gzip.compress(b"x" * 10**8, compresslevel=1)
    parts = Parts([body[start : start + 2000] for start in range(0, len(body), 2000)])
    headers = {"content-encoding": encoding} if encoding else {}

    with pytest.raises(ProviderUnreadable):
        await read_body(httpx.Response(200, headers=headers, stream=parts), most=MOST)

    assert parts.taken == 1


async def test_a_body_takes_no_more_memory_than_it_may_be_large() -> None:
    parts = [gzip.compress(b"x" * 5 * 10**7, compresslevel=9)]
    tracemalloc.start()

    with pytest.raises(ProviderUnreadable):
        await read(*parts, encoding="gzip")

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10**6

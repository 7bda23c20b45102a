"""Reads the body of an answer, unpacked, and stops where it grows too large."""

import zlib
from typing import Protocol

import httpx

from services.transport.faults import ProviderUnreadable

ACCEPTED = "gzip"

_GZIP = 16 + zlib.MAX_WBITS
_IDENTITY, _GZIPPED = ("", "identity"), ("gzip", "x-gzip")


async def read_body(response: httpx.Response, *, most: int) -> bytes:
    """The body of an answer that is being streamed, at most `most` bytes.

    Raises ProviderUnreadable for a longer one, and for one that is packed in another way than asked for or broken.
    httpx isn't left to unpack it: it makes a thousand bytes of one before anybody can say stop.
    """
    unpacker = _unpacker(response.headers.get("content-encoding", "").strip().lower())
    body = bytearray()
    async for part in response.aiter_raw():
        body += unpacker.unpack(part, most + 1 - len(body))
        if len(body) > most:
            raise ProviderUnreadable(f"answered more than {most} bytes")
    unpacker.end()
    return bytes(body)


class _Unpacker(Protocol):
    def unpack(self, part: bytes, most: int) -> bytes: ...

    def end(self) -> None: ...


class _Plain:
    def unpack(self, part: bytes, most: int) -> bytes:
        return part[:most]

    def end(self) -> None:
        """Whether a plain body is whole, the protocol tells."""


class _Gzip:
    def __init__(self) -> None:
        self._zip = zlib.decompressobj(_GZIP)
        self._begun = False

    def unpack(self, part: bytes, most: int) -> bytes:
        self._begun = True
        try:
            return self._zip.decompress(part, most)
        except zlib.error:
            broken = _broken()
        raise broken

    def end(self) -> None:
        if self._begun and not self._zip.eof:
            raise _broken()


def _unpacker(encoding: str) -> _Unpacker:
    if encoding in _IDENTITY:
        return _Plain()
    if encoding in _GZIPPED:
        return _Gzip()
    raise ProviderUnreadable("answered bytes packed in a way that wasn't asked for")


def _broken() -> ProviderUnreadable:
    return ProviderUnreadable("answered bytes that can't be unpacked")

"""Faults as they are set: on a provider or one artist of it, for so many calls or every so many."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.named import BY_NAME, Knobs, NamedFault
from sandbox.protocol import Ask


class WrongKnob(Exception):
    """A fault can't be set so; the text says why."""


@dataclass
class Fault:
    """A fault that is set, with what is left of it."""

    told: Mapping[str, Any]
    knobs: Knobs
    named: NamedFault | None = None
    times: int | None = None
    every_nth: int = 1
    # Whom alone it's for: Kisum's id, or the id that the provider is asked by.
    artist: str | None = None
    # Only for requests whose path and query hold this.
    path: str | None = None
    met: int = field(default=0, init=False)
    done: int = field(default=0, init=False)

    @property
    def label(self) -> str:
        """What it is called in the log."""
        return self.named.name if self.named else "by hand"

    def strikes(self, ask: Ask) -> bool:
        """Whether it falls on this request, which counts."""
        if not self._is_for(ask) or (self.times is not None and self.done >= self.times):
            return False
        self.met += 1
        if self.met % self.every_nth:
            return False
        self.done += 1
        return True

    def _is_for(self, ask: Ask) -> bool:
        asked = {*ask.meant, *(str(artist.id) for artist in ask.meant.values() if artist)}
        return (self.artist is None or self.artist in asked) and (self.path is None or self.path in ask.target)


class Faults:
    """The faults that are set, by provider; one for an artist goes before one for all."""

    def __init__(self) -> None:
        self._set: dict[str, dict[str | None, Fault]] = {}

    def put(self, provider: str, told: Any) -> None:
        """Sets what is told, in place of what was set for the same artist, or for all; nothing told ends all of them.

        Raises WrongKnob.
        """
        if told == {}:
            self._set.pop(provider, None)
            return
        fault = fault_of(told)
        self._set.setdefault(provider, {})[fault.artist] = fault

    def clear(self) -> None:
        """Ends all of them."""
        self._set.clear()

    def struck(self, provider: str, ask: Ask) -> Fault | None:
        """The fault that falls on this request."""
        faults = self._set.get(provider)
        if not faults:
            return None
        ordered = sorted(faults.values(), key=lambda fault: fault.artist is None)
        return next((fault for fault in ordered if fault.strikes(ask)), None)

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """What is set, as it was told, with how many requests each has met and struck."""
        return {provider: list(_told(faults.values())) for provider, faults in self._set.items()}


def _told(faults: Iterable[Fault]) -> Iterator[dict[str, Any]]:
    for fault in faults:
        yield {**fault.told, "met": fault.met, "struck": fault.done}


KNOBS = frozenset(
    ("status", "headers", "body", "delay_ms", "drip", "truncate_at", "times", "every_nth", "artist", "path")
)


def fault_of(told: Any) -> Fault:
    """The fault of what was told. Raises WrongKnob."""
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise WrongKnob("A fault is an object of knobs.")
    if unknown := sorted(told.keys() - KNOBS):
        raise WrongKnob(f"No such knob: {', '.join(unknown)}. There are: {', '.join(sorted(KNOBS))}.")
    named = _named(told.get("body"))
    artist = told.get("artist")
    return Fault(
        told,
        _knobs(told, named.knobs if named else Knobs()),
        named,
        times=_number(told, "times", least=0),
        every_nth=_number(told, "every_nth", least=1) or 1,
        artist=None if artist is None else str(artist),
        path=_text(told, "path"),
    )


def _named(body: Any) -> NamedFault | None:
    if not isinstance(body, dict):
        return None
    name = body.get("named")
    if body.keys() != {"named"} or name not in BY_NAME:
        raise WrongKnob(f'body is a text, or {{"named": …}} with one of: {", ".join(BY_NAME)}.')
    return BY_NAME[name]


def _knobs(told: Mapping[str, Any], knobs: Knobs) -> Knobs:
    """The knobs of the named fault, and those that were turned by hand over them."""
    status = _number(told, "status", least=200, most=599)
    body = None if isinstance(told.get("body"), dict) else _text(told, "body")
    drip = told.get("drip")
    if drip is not None and (isinstance(drip, bool) or not isinstance(drip, int | float) or drip <= 0):
        raise WrongKnob("drip must be a number of bytes a second, above 0.")
    delay_ms = _number(told, "delay_ms", least=0)
    truncate_at = _number(told, "truncate_at", least=-(2**31))
    return replace(
        knobs,
        status=knobs.status if status is None else status,
        headers={**knobs.headers, **_headers(told)},
        body=knobs.body if body is None else body.encode(),
        delay_ms=knobs.delay_ms if delay_ms is None else delay_ms,
        drip=knobs.drip if drip is None else float(drip),
        truncate_at=knobs.truncate_at if truncate_at is None else truncate_at,
    )


def _headers(told: Mapping[str, Any]) -> Mapping[str, str | None]:
    headers = told.get("headers") or {}
    if not isinstance(headers, dict) or not all(isinstance(value, str | None) for value in headers.values()):
        raise WrongKnob("headers must be an object of texts, or null for one that is not to be sent.")
    return {name.lower(): value for name, value in headers.items()}


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise WrongKnob(f"{name} must be a text.")
    return value


def _number(told: Mapping[str, Any], name: str, *, least: int, most: int = 2**31) -> int | None:
    value = told.get(name)
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise WrongKnob(f"{name} must be a whole number from {least}{f' to {most}' if most < 2**31 else ''}.")
    return value

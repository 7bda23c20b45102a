"""The sandbox as a process of its own, which plays all providers for a whole run of the tests."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from sandbox.roster import FIRST_ID
from services.platforms import Platform
from settings import ROOT
from tests.builders import NOW, Document

# Nova Ruiz: known to every provider, with every metric.
NOVA = FIRST_ID


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its addresses, and what tests do with it."""

    url: str
    # What is set as a provider's base URL, by the sandbox's name of the provider.
    bases: Mapping[str, str]
    control: httpx.Client

    def fault(self, provider: str, **knobs: Any) -> None:
        """Sets a fault; without knobs ends all of the provider's."""
        self.control.put(f"/faults/{provider}", json=knobs).raise_for_status()

    def faults(self) -> Any:
        """The named faults, and those that are set."""
        return self.control.get("/faults").json()

    def calls(self) -> Any:
        """What was asked since the last reset: `calls`, `requests`, `maxInFlight`, `rateBroken`."""
        return self.control.get("/calls").json()

    def requests(self, provider: str) -> list[Any]:
        """The requests to the provider since the last reset, in order."""
        return [entry for entry in self.control.get("/requests").json()["requests"] if entry["provider"] == provider]

    def reset(self) -> None:
        """Ends all faults and forgets all calls."""
        self.control.delete("/faults").raise_for_status()
        self.control.delete("/calls").raise_for_status()

    def tokens(self, what: str) -> None:
        """Has Instagram's tokens be aged, expired, ended, revoked or live again."""
        self.control.put(f"/instagram-account/{what}").raise_for_status()

    def artists(self) -> dict[int, Any]:
        """Whom it knows, by Kisum's id: `name`, and `ids` by place."""
        return {artist["id"]: artist for artist in self.control.get("/artists").json()}

    def documents(self, count: int = 1) -> list[Document]:
        """So many of its made-up artists as documents of `kisum_data.artists_v2`; the first is Nova Ruiz."""
        artists = self.artists()
        return [_document(artists[NOVA + number]) for number in range(count)]


def _document(artist: Document) -> Document:
    ids = artist["ids"]
    return {
        "id": artist["id"],
        "name": artist["name"],
        "platforms": {place: {"id": ids[place]} for place in ids if place in set(Platform)},
        "external_data": {
            "viberate_uuid": ids["viberate"],
            "songstats_id": ids["songstats"],
            "soundcharts_uuid": ids["soundcharts"],
        },
    }


@contextmanager
def running_sandbox(*options: str, now: datetime | None = NOW) -> Iterator[Sandbox]:
    """A sandbox for as long as the context lasts; its time stands still at `now`, None for the real one."""
    still = () if now is None else ("--now", now.isoformat())
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--end-with-stdin", *still, *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        with httpx.Client(base_url=f"{told['url']}/_sandbox", trust_env=False) as control:
            yield Sandbox(told["url"], told["bases"], control)

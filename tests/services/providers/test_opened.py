"""Providers as a server has them, and as they fare with the sandbox."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr

from sandbox.named import NAMED
from services.model.artist import Artist
from services.platforms import Platform
from services.providers import TIERS, Access, OpenProvider, Stored, open_providers
from services.transport import ProviderError, ProviderRefused
from tests.builders import NOW
from tests.sandboxes import NOVA, Sandbox
from tests.services.providers.asking import IDS, Remembered, artist, no_listeners

STORED = Stored(Remembered(), no_listeners)
ROWS = tuple(replace(row, policy=replace(row.policy, retries=0)) for row in TIERS if row.outside)
NIL = "00000000-0000-0000-0000-000000000000"
SANDBOX_NAMES = {"instagram": "zylalabs"}

Opened = Mapping[str, OpenProvider]
Answers = Mapping[str, Mapping[str, int] | type[ProviderError]]


async def test_opens_those_that_there_is_access_to_in_the_order_of_tiers() -> None:
    access = {
        "deezer": Access("https://api.deezer.com"),
        "viberate": Access("https://data.viberate.com/api/v1", {"viberate_token": SecretStr("a-token")}),
    }

    async with open_providers(TIERS, access, STORED, clock=lambda: NOW) as providers:
        assert [provider.row.name for provider in providers] == ["viberate", "deezer"]


@pytest.mark.parametrize(("sandbox", "source"), [(False, "deezer"), (True, "sandbox:deezer")])
async def test_values_are_signed_with_who_gave_them(sandbox: bool, source: str) -> None:
    access = {"deezer": Access("https://api.deezer.com", sandbox=sandbox)}

    async with open_providers(TIERS, access, STORED, clock=lambda: NOW) as (deezer,):
        assert deezer.source == source


async def test_connections_are_closed_at_the_end() -> None:
    access = {"deezer": Access("https://api.deezer.com")}

    async with open_providers(TIERS, access, STORED, clock=lambda: NOW) as (deezer,):
        pass

    with pytest.raises(RuntimeError, match="closed"):
        await deezer.provider.read(artist(), frozenset(), deadline=within(5))


@pytest.fixture
def nova(sandbox: Sandbox) -> Artist:
    """The artist whom the sandbox's providers know everything of."""
    known = sandbox.artists()[NOVA]
    ids = known["ids"]
    return artist(
        {platform: ids[platform.value] for platform in Platform if platform.value in ids},
        name=known["name"],
        viberate_uuid=ids["viberate"],
        songstats_id=ids["songstats"],
        soundcharts_uuid=ids["soundcharts"],
    )


@pytest.fixture
def opened(sandbox: Sandbox) -> Callable[..., AbstractAsyncContextManager[Opened]]:
    """Opens all providers at the sandbox, by name."""

    @asynccontextmanager
    async def open_all(credential: str = "sandbox") -> AsyncIterator[Opened]:
        access = {
            row.name: Access(
                sandbox.bases[SANDBOX_NAMES.get(row.name, row.name)],
                {name: SecretStr("extended" if name.endswith("client_id") else credential) for name in row.credentials},
                token_base_url=sandbox.bases["spotify-accounts"],
            )
            for row in ROWS
        }
        async with open_providers(ROWS, access, STORED, clock=lambda: NOW) as providers:
            yield {provider.row.name: provider for provider in providers}

    return open_all


def within(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def answers(opened: Opened, asked_for: Artist, *, within_s: float = 5.0) -> Answers:
    """What each says of the artist, or the kind of its fault."""

    async def answer(provider: OpenProvider) -> Mapping[str, int] | type[ProviderError]:
        try:
            return await provider.provider.read(asked_for, provider.row.metrics, deadline=within(within_s))
        except ProviderError as fault:
            return type(fault)

    return dict(zip(opened, await asyncio.gather(*map(answer, opened.values())), strict=True))


Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_each_has_every_metric_of_its_row(opened: Open, nova: Artist) -> None:
    async with opened() as providers:
        said = await answers(providers, nova)

    assert {name: set(values) for name, values in said.items() if isinstance(values, dict)} == {
        row.name: row.metrics for row in ROWS
    }


async def test_each_knows_nothing_of_an_artist_who_is_not_there(opened: Open) -> None:
    ids = IDS | {Platform.SPOTIFY: "1" * 22, Platform.YOUTUBE: "UC" + "1" * 22, Platform.INSTAGRAM: "nobody.at.all"}
    stranger = artist(
        ids | {Platform.TIKTOK: "nobody.at.all"},
        name="Nobody At All",
        viberate_uuid=NIL,
        songstats_id="nobody00",
        soundcharts_uuid=NIL,
    )

    async with opened() as providers:
        assert await answers(providers, stranger) == {row.name: {} for row in ROWS}


async def test_each_that_wants_a_key_refuses_a_wrong_one(opened: Open, nova: Artist) -> None:
    async with opened("a-wrong-key") as providers:
        said = await answers(providers, nova)

    assert {name for name, made in said.items() if made is ProviderRefused} == {
        row.name for row in ROWS if row.credentials
    }


HARMLESS = {
    *("wrong_content_type", "no_content_type", "bom", "numbers_as_texts", "numbers_whole_floats"),
    *("rows_reversed", "rows_doubled", "clock_ahead"),
}
GAPS = {
    *("numbers_null", "numbers_absent", "numbers_zero", "numbers_minus_one", "numbers_overflown", "numbers_fractions"),
    *("numbers_huge", "numbers_true", "numbers_for_people", "unknown"),
}
# What they do depends on what the provider's answers look like; these by number, as in `sandbox/named.py`.
BY_PROVIDER = {"jsonp", "empty", "error_with_200", "numbers_exponents", "numbers_rounded", "numbers_lower"} | {
    fault.name for fault in NAMED if fault.number in (17, 18, 19, 22, 23, 30, 33)
}
FAULTS = {fault.name for fault in NAMED} - HARMLESS - GAPS - BY_PROVIDER


async def answers_with(
    fault: str, sandbox: Sandbox, providers: Opened, asked_for: Artist, *, within_s: float = 5.0
) -> Answers:
    for name in providers:
        sandbox.fault(SANDBOX_NAMES.get(name, name), body={"named": fault})
    return await answers(providers, asked_for, within_s=within_s)


@pytest.mark.parametrize("fault", sorted(HARMLESS))
async def test_what_does_no_harm_changes_nothing(opened: Open, sandbox: Sandbox, nova: Artist, fault: str) -> None:
    async with opened() as providers:
        right = await answers(providers, nova)

        assert await answers_with(fault, sandbox, providers, nova) == right


@pytest.mark.parametrize("fault", sorted(GAPS))
async def test_what_is_not_told_is_a_gap(opened: Open, sandbox: Sandbox, nova: Artist, fault: str) -> None:
    async with opened() as providers:
        said = await answers_with(fault, sandbox, providers, nova)

    assert said == {row.name: {} for row in ROWS}


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_what_is_no_answer_is_a_fault(opened: Open, sandbox: Sandbox, nova: Artist, fault: str) -> None:
    async with opened() as providers:
        # Some take as long as they may.
        said = await answers_with(fault, sandbox, providers, nova, within_s=1.0)

    assert {name: made for name, made in said.items() if isinstance(made, dict)} == {}


@pytest.mark.parametrize("fault", sorted(BY_PROVIDER))
async def test_whatever_comes_is_a_fault_or_positive(opened: Open, sandbox: Sandbox, nova: Artist, fault: str) -> None:
    async with opened() as providers:
        said = await answers_with(fault, sandbox, providers, nova)

    assert [made for made in said.values() if isinstance(made, dict) and min(made.values(), default=1) < 1] == []

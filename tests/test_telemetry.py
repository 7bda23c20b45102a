import asyncio
import re
import sys
import time
from contextvars import copy_context
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.metrics import MetricWrapperBase

import telemetry
from collectors import Histogram
from settings import ROOT
from telemetry import (
    BoundedChildren,
    begin_request,
    exposition,
    loop_lag_observed,
    new_request_id,
    note,
    observe_operation,
    observe_request,
)
from tests.services.conftest import counted, eventually

COLLECTORS = [found for found in vars(telemetry).values() if isinstance(found, MetricWrapperBase)]
DOCUMENTED = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("offered", ["01234567", "a" * 64, "A.b-c_9012"])
def test_a_plain_id_that_a_proxy_gave_is_kept(offered: str) -> None:
    assert new_request_id(offered) == offered


@pytest.mark.parametrize(
    "offered",
    [None, "", "0123456", "a" * 65, "0123 4567", "01234567\n", "0123\x1b[31m", "٠١٢٣٤٥٦٧", "0123;4567", "a" * 10_000],
    ids=repr,
)
def test_any_other_id_is_replaced_by_one_of_ours(offered: str | None) -> None:
    first, second = new_request_id(offered), new_request_id(offered)

    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_notes_are_told_with_the_request_they_were_made_in() -> None:
    def request(**facts: object) -> dict[str, object]:
        notes = begin_request(None)
        note(**facts)
        note(code="UNAVAILABLE")
        return notes

    first = copy_context().run(request, operation="Roster")
    second = copy_context().run(request)

    assert first == {"operation": "Roster", "code": "UNAVAILABLE"}
    assert second == {"code": "UNAVAILABLE"}


def test_a_note_outside_of_a_request_is_no_error() -> None:
    copy_context().run(note, operation="Roster")


def test_what_a_request_begins_is_known_within_it() -> None:
    def request() -> str:
        begin_request("0123-proxy.id_A")
        return telemetry.request_id.get()

    assert copy_context().run(request) == "0123-proxy.id_A"
    assert telemetry.request_id.get() == ""


def requests(**labels: str) -> float:
    return counted("kisum_requests_total", **labels)


def test_a_request_is_counted_with_its_route_and_status_and_its_time() -> None:
    seconds = "kisum_request_duration_seconds_sum"
    before = requests(method="GET", route="/x/{id}", status="404"), counted(seconds, route="/x/{id}")

    observe_request(method="GET", route="/x/{id}", status=404, took_s=1.5)

    assert requests(method="GET", route="/x/{id}", status="404") == before[0] + 1
    assert counted(seconds, route="/x/{id}") == before[1] + 1.5


def test_a_stream_is_counted_without_a_time() -> None:
    seconds = "kisum_request_duration_seconds_count"
    before = requests(method="GET", route="/x/{id}", status="200"), counted(seconds, route="/x/{id}")

    observe_request(method="GET", route="/x/{id}", status=200, took_s=None)

    assert requests(method="GET", route="/x/{id}", status="200") == before[0] + 1
    assert counted(seconds, route="/x/{id}") == before[1]


@pytest.mark.parametrize(
    ("told", "labels"),
    [
        ({"method": "BREW"}, {"method": "other"}),
        ({"route": None}, {"route": "unknown"}),
        ({"status": 0}, {"status": "unknown"}),
    ],
    ids=["method", "route", "status"],
)
def test_what_a_client_can_make_up_is_one_value(told: dict[str, Any], labels: dict[str, str]) -> None:
    usual: dict[str, Any] = {"method": "GET", "route": "/x/{id}", "status": 200, "took_s": 0.1}
    expected = {"method": "GET", "route": "/x/{id}", "status": "200"} | labels
    before = requests(**expected)

    observe_request(**(usual | told))

    assert requests(**expected) == before + 1


def test_a_graphql_request_without_a_name_is_anonymous() -> None:
    seconds = "kisum_operation_duration_seconds_count"
    before = counted(seconds, operation="anonymous")

    observe_operation(None, 0.1)

    assert counted(seconds, operation="anonymous") == before + 1


def test_past_the_limit_further_values_are_one_and_the_first_stay_themselves() -> None:
    registry = CollectorRegistry()
    sizes = BoundedChildren(Histogram("sizes", "Sizes.", ["of"], registry=registry), limit=2)

    for value in ("a", "b", "c", "d", "a"):
        sizes.child(value).observe(1)

    found = {value: registry.get_sample_value("sizes_count", {"of": value}) for value in ("a", "b", "c", "d", "other")}
    assert found == {"a": 2, "b": 1, "c": None, "d": None, "other": 2}


async def test_a_loop_that_is_held_up_is_noticed() -> None:
    count, total = "kisum_event_loop_lag_seconds_count", "kisum_event_loop_lag_seconds_sum"
    before = counted(count), counted(total)

    async def told() -> bool:
        return counted(count) > before[0]

    async with loop_lag_observed(0.001):
        await asyncio.sleep(0)
        time.sleep(0.05)  # noqa: ASYNC251  (what is to be noticed)
        await eventually(told)

    assert counted(total) - before[1] > 0.04


async def test_the_lag_is_observed_no_longer_than_it_is_asked_for() -> None:
    async with loop_lag_observed():
        during = asyncio.all_tasks()

    assert len(during - asyncio.all_tasks()) == 1


def test_the_text_tells_the_process_too_and_no_collectors_age() -> None:
    text, media_type = exposition()

    assert b"process_resident_memory_bytes" in text or sys.platform != "linux"
    assert b"_created" not in text
    assert media_type == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector._name)
def test_a_gauge_ends_with_its_worker(collector: MetricWrapperBase) -> None:
    assert not isinstance(collector, Gauge) or collector._multiprocess_mode.startswith("live")


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector._name)
def test_a_collector_is_documented_with_its_labels(collector: MetricWrapperBase) -> None:
    name = f"{collector._name}_total" if collector._type == "counter" else collector._name
    labels = f"{{{','.join(collector._labelnames)}}}" if collector._labelnames else ""

    assert f"| `{name}{labels}` | {collector._type} |" in DOCUMENTED


def test_what_is_documented_is_collected() -> None:
    documented = set(re.findall(r"^\| `(kisum_\w+)", DOCUMENTED, re.MULTILINE))

    assert {name.removesuffix("_total") for name in documented} == {collector._name for collector in COLLECTORS}

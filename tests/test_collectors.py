import math

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from collectors import MAX_UNCOUNTED, Counter, Gauge, Histogram, count_all

BUCKETS = (0.001, 0.5, 1, 5)


def test_events_are_counted() -> None:
    registry = CollectorRegistry()
    events = Counter("events", "Events.", ["of"], registry=registry)

    events.labels("a").inc()
    events.labels("a").inc(2)

    assert registry.get_sample_value("events_total", {"of": "a"}) == 3


def test_a_gauge_goes_up_and_down() -> None:
    registry = CollectorRegistry()
    there = Gauge("there", "There.", ["what"], registry=registry)

    there.labels("a").inc(3)
    there.labels("a").dec()

    assert registry.get_sample_value("there", {"what": "a"}) == 2


@given(st.lists(st.one_of(st.floats(0, 10), st.sampled_from([*BUCKETS, 0.0, math.inf])), max_size=50))
def test_amounts_are_in_the_buckets_that_the_library_has_them_in(amounts: list[float]) -> None:
    registry, theirs = CollectorRegistry(), CollectorRegistry()
    observed = Histogram("took", "Took.", buckets=BUCKETS, registry=registry)
    expected = prometheus_client.Histogram("took", "Took.", buckets=BUCKETS, registry=theirs)

    for amount in amounts:
        observed.observe(amount)
        expected.observe(amount)

    for bound in ("0.001", "0.5", "1.0", "5.0", "+Inf"):
        labels = {"le": bound}
        assert registry.get_sample_value("took_bucket", labels) == theirs.get_sample_value("took_bucket", labels)
    assert registry.get_sample_value("took_count") == len(amounts)
    assert registry.get_sample_value("took_sum") == pytest.approx(theirs.get_sample_value("took_sum"))


def test_what_was_asked_for_is_counted_once() -> None:
    registry = CollectorRegistry()
    sizes = Histogram("sizes", "Sizes.", ["of"], buckets=BUCKETS, registry=registry)
    sizes.labels("a").observe(2)
    asked = registry.get_sample_value("sizes_count", {"of": "a"})

    sizes.labels("a").observe(3)

    assert asked == 1
    assert registry.get_sample_value("sizes_count", {"of": "a"}) == 2
    assert registry.get_sample_value("sizes_sum", {"of": "a"}) == 5


def test_no_more_is_kept_uncounted_than_the_limit() -> None:
    sizes = Histogram("sizes", "Sizes.", buckets=BUCKETS, registry=None)

    for _ in range(MAX_UNCOUNTED - 1):
        sizes.observe(2)
    before = sizes._sum.get()
    sizes.observe(2)

    assert (before, sizes._sum.get()) == (0, 2 * MAX_UNCOUNTED)


def test_all_is_counted_for_who_reads_files() -> None:
    sizes = Histogram("sizes", "Sizes.", ["of"], buckets=BUCKETS, registry=None)
    sizes.labels("a").observe(2)

    count_all()

    assert sizes.labels("a")._sum.get() == 2

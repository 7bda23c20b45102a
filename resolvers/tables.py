"""The published tables: metrics and freshness policies."""

from collections.abc import Sequence

from services.freshness import POLICIES, FreshnessPolicy
from services.metrics import METRICS, MetricRow


def metrics(root: None) -> Sequence[MetricRow]:
    """The metric table."""
    return METRICS


def freshness_policies(root: None) -> Sequence[FreshnessPolicy]:
    """The freshness policies."""
    return POLICIES

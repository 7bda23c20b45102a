from resolvers.tables import freshness_policies, metrics
from services.freshness import POLICIES
from services.metrics import METRICS


def test_the_metric_table_is_answered_itself() -> None:
    assert metrics(None) is METRICS


def test_the_policies_are_answered_themselves() -> None:
    assert freshness_policies(None) is POLICIES

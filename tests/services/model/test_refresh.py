from datetime import timedelta

from services.model.refresh import RefreshState
from tests.builders import NOW


def test_a_lease_that_has_not_run_out_is_a_refresh_under_way() -> None:
    assert RefreshState("stats:61", running_until=NOW + timedelta(seconds=1)).is_running(NOW)
    assert not RefreshState("stats:61", running_until=NOW).is_running(NOW)
    assert not RefreshState("stats:61").is_running(NOW)


def test_readers_rest_until_the_time_that_is_kept() -> None:
    assert RefreshState("stats:61", retry_at=NOW + timedelta(seconds=1)).rests(NOW)
    assert not RefreshState("stats:61", retry_at=NOW).rests(NOW)
    assert not RefreshState("stats:61").rests(NOW)

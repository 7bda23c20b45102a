from datetime import timedelta

import pytest

from services.transport import ProviderError, ProviderThrottled, faults


@pytest.mark.parametrize(
    ("seconds", "lasting", "passes"),
    [
        pytest.param(None, False, True, id="nothing told"),
        pytest.param(10, False, True, id="as long as a call may wait"),
        pytest.param(11, False, False, id="longer than a call may wait"),
        pytest.param(1, True, False, id="a quota that is used up"),
    ],
)
def test_a_wait_passes_soon_unless_it_is_long_or_lasts(seconds: int | None, lasting: bool, passes: bool) -> None:
    wait = None if seconds is None else timedelta(seconds=seconds)

    assert ProviderThrottled("was asked too often", retry_after=wait, lasting=lasting).passes_soon is passes


def test_the_tree_at_the_top_names_every_fault() -> None:
    named = {line.partition("── ")[2].split()[0] for line in (faults.__doc__ or "").splitlines() if "── " in line}

    assert named == {kind.__name__ for kind in kinds_of(ProviderError)}


def kinds_of(fault: type[ProviderError]) -> set[type[ProviderError]]:
    return {kind for child in fault.__subclasses__() for kind in (child, *kinds_of(child))}


def test_every_fault_has_an_outcome_of_its_own() -> None:
    outcomes = [ProviderError.outcome, *(kind.outcome for kind in ProviderError.__subclasses__())]

    assert len(set(outcomes)) == len(outcomes)

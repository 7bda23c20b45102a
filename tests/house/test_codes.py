"""Every code has its HTTP status, and every kind of error its code."""

import pytest

from routes.problems import STATUSES
from services import errors
from services.errors import Code, ServiceError

# Faults that are told by code alone: the engine's, and what nobody foresaw.
WITHOUT_A_CLASS = {Code.GRAPHQL_PARSE_FAILED, Code.GRAPHQL_VALIDATION_FAILED, Code.INTERNAL}


def kinds(of: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    return [found for kind in of.__subclasses__() for found in (kind, *kinds(kind))]


@pytest.mark.parametrize("code", Code)
def test_a_code_has_a_status(code: Code) -> None:
    assert code in STATUSES


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in ServiceError.__subclasses__()]

    assert sorted(codes) == sorted(set(Code) - WITHOUT_A_CLASS)


@pytest.mark.parametrize("kind", ServiceError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_the_sorts_of_a_kind_share_its_code(kind: type[ServiceError]) -> None:
    assert {sort.code for sort in kinds(kind)} <= {kind.code}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_kind_of_error_says_what_it_is(kind: type[ServiceError]) -> None:
    assert (kind.__doc__ or "").strip()
    assert kind.__doc__ != ServiceError.__doc__


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_the_tree_at_the_top_names_a_kind_with_its_code(kind: type[ServiceError]) -> None:
    (branch,) = [line for line in (errors.__doc__ or "").splitlines() if f"── {kind.__name__} " in line]

    assert kind.code in branch.split()

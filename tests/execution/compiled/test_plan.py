import pytest
import strawberry
from graphql import DocumentNode, OperationDefinitionNode, parse

from execution.compiled.plan import MAX_KEPT, ByHeld, Plan
from execution.compiled.selection import NotCompiled
from tests.execution.compiled.library import SCHEMA


def plan(query: str, schema: strawberry.Schema = SCHEMA) -> Plan:
    document: DocumentNode = parse(query)
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return Plan(schema, document, operation)


def test_a_batch_function_is_told_the_python_names_of_what_is_selected() -> None:
    found = plan("{ book { id maybeLoans { reader } __typename } }")

    (book,) = found.root.fields
    assert book.child is not None
    assert book.child.names(()) == {"id", "maybe_loans"}


def test_what_is_selected_under_a_condition_is_named_when_it_holds() -> None:
    found = plan("query($a: Boolean!) { book { id title @include(if: $a) } }")

    (book,) = found.root.fields
    assert book.child is not None
    assert [book.child.names(found.held({"a": a})) for a in (True, False)] == [{"id", "title"}, {"id"}]


def test_equal_conditions_are_one() -> None:
    found = plan("query($a: Boolean!) { book { id @include(if: $a) title @include(if: $a) pages @skip(if: $a) } }")

    assert len(found.conditions) == 2


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ __type(name: \"Book\") { name } }", "introspection"),
        ("mutation { change }", "mutation"),
        ("subscription { change }", "subscription"),
    ],
)  # fmt: skip
def test_operations_that_are_left_to_graphql_core_are_named(query: str, reason: str) -> None:
    with pytest.raises(NotCompiled, match=reason):
        plan(query)


class Nobody(strawberry.BasePermission):
    message = "Nobody may."

    def has_permission(self, *_: object, **__: object) -> bool:
        return False


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Person(Named):
    age: int


@strawberry.type
class People:
    @strawberry.field
    def counted(self) -> int:
        return 1

    secret: int = strawberry.field(permission_classes=[Nobody])

    someone: Named
    person: Person


PEOPLE = strawberry.Schema(People, types=[Person])


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ counted }", "resolver"),
        ("{ secret }", "extension"),
        ("{ someone { name } }", "abstract type"),
        ("{ person { ... on Named { name } } }", "is_type_of|interface"),
    ],
)
def test_fields_that_are_left_to_graphql_core_are_named(query: str, reason: str) -> None:
    with pytest.raises(NotCompiled, match=reason):
        plan(query, PEOPLE)


def test_what_is_made_for_conditions_is_kept_for_so_many_of_them() -> None:
    kept: ByHeld[int] = ByHeld()

    for number in range(3 * MAX_KEPT):
        assert kept.keep((number % 2 == 0, *[True] * number), number) == number

    assert 0 < len(kept) <= MAX_KEPT

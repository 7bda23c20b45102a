"""The executor, over a throwaway schema of a counter."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
import strawberry
from graphql import GraphQLError

from execution.documents import Documents, KeptDocuments
from execution.executor import Answer, Request, StrawberryExecutor


@strawberry.type
class Query:
    @strawberry.field
    def double(self, of: int = 1) -> int:
        return 2 * of

    @strawberry.field
    def fault(self) -> int | None:
        raise ValueError("no counter")

    @strawberry.field
    def fault_that_can_not_be_null(self) -> int:
        raise ValueError("no counter")

    @strawberry.field
    def whose(self, info: strawberry.Info[str, None]) -> str:
        return info.context


@strawberry.type
class Mutation:
    @strawberry.mutation
    def count(self) -> int:
        return 1


class QuietSchema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are asserted, not logged."""


def format_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [
        {"message": error.message, "extensions": {"code": (error.extensions or {}).get("code", "OTHER")}}
        for error in errors
    ]


async def execute(query: str, *, context: Any = None, **request: Any) -> Answer:
    documents = Documents()
    schema = QuietSchema(Query, Mutation, extensions=[lambda: KeptDocuments(documents)])
    return await StrawberryExecutor(schema, format_errors=format_errors).execute(Request(query, **request), context)


def refusal(message: str, code: str) -> Answer:
    """An answer without data to a request that wasn't carried out."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Answer(orjson.dumps(body), executed=False, codes=(code,))


async def test_a_query_is_answered_as_json() -> None:
    assert await execute("{ double }") == Answer(b'{"data":{"double":2}}', executed=True)


async def test_the_context_reaches_the_resolvers() -> None:
    assert (await execute("{ whose }", context="mine")).body == b'{"data":{"whose":"mine"}}'


async def test_variables_are_taken() -> None:
    answer = await execute("query($n: Int!) { double(of: $n) }", variables={"n": 21})

    assert answer.body == b'{"data":{"double":42}}'


@pytest.mark.parametrize("variables", [None, {}, {"unknown": 1}], ids=["null", "none", "one of no use"])
async def test_a_query_without_variables_needs_none(variables: dict[str, Any] | None) -> None:
    assert (await execute("{ double }", variables=variables)).body == b'{"data":{"double":2}}'


@pytest.mark.parametrize(
    "variables", [None, {"n": None}, {"n": "1"}, {"n": 2**31}], ids=["left out", "null", "a text", "no int32"]
)
async def test_a_variable_of_the_wrong_value_is_refused(variables: dict[str, Any] | None) -> None:
    answer = await execute("query($n: Int!) { double(of: $n) }", variables=variables)

    assert (answer.executed, answer.codes) == (False, ("OTHER",))
    assert b"'$n'" in answer.body
    assert b'"data"' not in answer.body


async def test_the_operation_that_is_named_is_carried_out() -> None:
    query = "query One { double } query Two { double(of: 2) }"

    assert (await execute(query, operation_name="Two")).body == b'{"data":{"double":4}}'


async def test_several_operations_of_which_none_is_named_are_refused() -> None:
    assert await execute("query One { double } query Two { double }") == refusal(
        "The document has several operations: `operationName` says which is meant.", "BAD_USER_INPUT"
    )


async def test_a_name_that_no_operation_has_is_refused() -> None:
    assert await execute("query One { double }", operation_name="Two") == refusal(
        "The document has no operation named 'Two'.", "BAD_USER_INPUT"
    )


async def test_a_document_without_an_operation_is_refused() -> None:
    assert await execute("fragment F on Query { double }") == refusal(
        "The document has no operation.", "BAD_USER_INPUT"
    )


async def test_an_empty_document_is_refused() -> None:
    assert await execute("") == refusal("The document is empty.", "GRAPHQL_PARSE_FAILED")


async def test_a_document_that_can_not_be_parsed_is_refused() -> None:
    answer = await execute("{ double")

    assert (answer.executed, answer.codes) == (False, ("GRAPHQL_PARSE_FAILED",))


async def test_a_document_that_is_not_valid_is_refused_with_all_its_faults() -> None:
    answer = await execute("{ treble quadruple }")

    assert (answer.executed, answer.codes) == (False, ("GRAPHQL_VALIDATION_FAILED",) * 2)


async def test_a_mutation_is_carried_out_where_it_may_be() -> None:
    assert (await execute("mutation { count }")).body == b'{"data":{"count":1}}'


async def test_a_mutation_is_refused_where_it_may_not_be() -> None:
    assert await execute("mutation { count }", mutates=False) == refusal(
        "mutations are not allowed when using GET", "METHOD_NOT_ALLOWED"
    )


async def test_the_named_operation_decides_whether_it_is_a_mutation() -> None:
    query = "mutation Change { count } query Look { double }"

    assert (await execute(query, operation_name="Look", mutates=False)).body == b'{"data":{"double":2}}'
    assert (await execute(query, operation_name="Change", mutates=False)).codes == ("METHOD_NOT_ALLOWED",)


@pytest.mark.parametrize("mutates", [True, False])
async def test_a_subscription_is_refused_by_either_method(mutates: bool) -> None:
    assert await execute("subscription { double }", mutates=mutates) == refusal(
        "A subscription is not answered here.", "BAD_USER_INPUT"
    )


async def test_a_field_that_fails_leaves_the_others_their_answers() -> None:
    answer = await execute("{ double fault }")

    assert answer.executed
    assert answer.codes == ("OTHER",)
    assert orjson.loads(answer.body) == {
        "data": {"double": 2, "fault": None},
        "errors": [{"message": "no counter", "extensions": {"code": "OTHER"}}],
    }


async def test_a_fault_that_takes_all_data_with_it_was_carried_out_all_the_same() -> None:
    answer = await execute("{ double faultThatCanNotBeNull }")

    assert answer.executed
    assert orjson.loads(answer.body)["data"] is None

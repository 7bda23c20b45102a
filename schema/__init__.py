"""The door to the GraphQL schema: `build_schema` puts roots, scalars and extensions together."""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

import telemetry
from execution.compiled.executor import CompiledExecutor
from execution.documents import Documents, KeptDocuments
from execution.executor import Executor, StrawberryExecutor
from execution.reading import read_off
from schema.errors import format_errors
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

__all__ = ["build_executor", "build_schema", "format_errors", "printed_schema"]


class KisumSchema(strawberry.Schema):
    """Strawberry's schema; `format_errors` logs what is unexpected, once and with its id."""

    def process_errors(self, errors: Sequence[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the errors to `format_errors`."""


def build_schema(documents: Documents | None = None) -> strawberry.Schema:
    """The schema, whose documents are kept there, or in a store of their own."""
    kept = Documents() if documents is None else documents
    return KisumSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=[lambda: KeptDocuments(kept)],
        config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read_off),
    )


def build_executor(schema: strawberry.Schema, documents: Documents, *, compiled: bool = True) -> Executor:
    """What carries out requests: by plans where that can be, unless not `compiled`, and by graphql-core."""
    ordinary = StrawberryExecutor(schema, format_errors=format_errors)
    if not compiled:
        return ordinary
    return CompiledExecutor(
        schema,
        documents,
        otherwise=ordinary,
        format_errors=format_errors,
        observe=telemetry.observe_execution,
    )


def printed_schema() -> str:
    """The schema as text, sorted. A sorted schema is for reading alone: its enums no longer make our own of values."""
    config = StrawberryConfig(scalar_map=SCALARS, default_resolver=read_off, sort_schema=True)
    return KisumSchema(Query, Mutation, Subscription, config=config).as_str().rstrip() + "\n"

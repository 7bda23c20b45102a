"""The door to the GraphQL schema: `build_schema` puts roots, scalars and extensions together."""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from execution.documents import Documents, KeptDocuments
from schema.errors import format_errors
from schema.fields import read_off
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

__all__ = ["build_schema", "format_errors", "printed_schema"]


class KisumSchema(strawberry.Schema):
    """Strawberry's schema; `format_errors` logs what is unexpected, once and with its id."""

    def process_errors(self, errors: Sequence[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the errors to `format_errors`."""


def build_schema() -> strawberry.Schema:
    """The schema, with a store of documents of its own."""
    documents = Documents()
    return KisumSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=[lambda: KeptDocuments(documents)],
        config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read_off),
    )


def printed_schema() -> str:
    """The schema as text, sorted. A sorted schema is for reading alone: its enums no longer make our own of values."""
    config = StrawberryConfig(scalar_map=SCALARS, default_resolver=read_off, sort_schema=True)
    return KisumSchema(Query, Mutation, Subscription, config=config).as_str().rstrip() + "\n"

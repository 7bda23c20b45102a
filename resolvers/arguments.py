"""Arguments that several fields take, each with the description that GraphQL shows."""

from typing import Annotated

from strawberry import UNSET, argument

from resolvers.context import Context
from services.errors import BadInput
from services.freshness import ReadMode, read_mode

Refresh = Annotated[
    bool, argument(description="Ask the providers even if what is stored is fresh. Needs a key that may.")
]
MaxWaitMs = Annotated[
    int | None,
    argument(description="Answer what is stored when a refresh takes longer than so many milliseconds."),
]
StoredOnly = Annotated[bool, argument(description="Never ask a provider: answer what is stored. Excludes `refresh`.")]


def mode(context: Context, *, refresh: bool, max_wait_ms: int | None, stored_only: bool) -> ReadMode:
    """The three as one, in an event of a subscription always what is stored; raises BadInput, Forbidden."""
    if context.is_event:
        if refresh:
            # It would end in the next event, and so on for ever.
            raise BadInput("An event asks no provider: `refresh` belongs into a query, or into the mutation.")
        stored_only = True
    waited = None if max_wait_ms is UNSET else max_wait_ms
    return read_mode(context.caller, refresh=refresh, stored_only=stored_only, max_wait_ms=waited)

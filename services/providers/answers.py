"""What an answer says before its values are looked at: is it a fault, and has it the promised shape."""

import itertools
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.providers.values import pick
from services.transport import Answer, ProviderThrottled, ProviderUnreadable, fault_of, parsed

T = TypeVar("T")


def body_of(answer: Answer, *, is_secret: bool = False) -> Any:
    """The JSON of an answer that is no fault by its status; of one that `is_secret` nothing is told.

    Raises ProviderError.
    """
    if answer.status == 403 and is_page(answer):
        # The word of a guard before the provider, not the provider's own about the key.
        raise ProviderUnreadable("answered 403 with a page")
    if fault := fault_of(answer):
        raise fault
    return parsed(answer, is_secret=is_secret)


def peeked(answer: Answer, *path: str) -> Any:
    """What stands at the path of the answer's JSON, whatever its status; None where it isn't JSON, or breaks off."""
    try:
        return pick(parsed(answer), *path)
    except ProviderUnreadable:
        return None


def is_unknown(answer: Answer) -> bool:
    """Whether the provider says by its status that it doesn't know what was asked for; a page is not its own word."""
    return answer.status == 404 and not is_page(answer)


def is_page(answer: Answer) -> bool:
    """Whether it is a page for people, whatever its content type says."""
    return answer.body.lstrip().startswith(b"<")


def told(answer: Answer) -> str:
    """The beginning of the answer in lower case, to look for a phrase in it; never to be shown."""
    return answer.body[:4096].decode(errors="replace").lower()


def shaped(shape: TypeAdapter[T], body: object, *at: str) -> T:
    """The body, or what stood `at` a path in it, as that shape.

    Raises ProviderUnreadable, which names the first place that isn't as promised.
    """
    try:
        return shape.validate_python(body)
    except ValidationError as error:
        location = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
    # Parts that are no names come from a choice between shapes: they name a shape, not a place.
    parts = itertools.takewhile(lambda part: isinstance(part, int) or part.isidentifier(), location)
    place = ".".join(str(part)[:40] for part in (*at, *parts)) or "its root"
    raise ProviderUnreadable(f"answered something else than promised at {place}")


def throttled(answer: Answer, *, lasting: bool = False) -> ProviderThrottled:
    """The fault of too many calls, or of a quota that is used up, with the wait that the headers tell.

    For answers that say it in their own way: those with status 429 say it by that.
    """
    fault = fault_of(replace(answer, status=429))
    retry_after = fault.retry_after if isinstance(fault, ProviderThrottled) else None
    message = "has used up its quota" if lasting else "has too many calls at once"
    return ProviderThrottled(message, retry_after=retry_after, lasting=lasting)

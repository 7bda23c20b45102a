"""Instagram through the marketplace Zylalabs, native: the followers of an account.

Asked by the username in `platforms.instagram.id` at the address that is set, the whole of it: which endpoint of the
marketplace serves is the choice of who subscribes, so there is no usual one. The parameter, the body and the errors
are guesses, so the count is looked for at several places. It is often slow.
"""

from dataclasses import dataclass

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, throttled, told
from services.providers.ids import INSTAGRAM_USERNAME, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import counts, first_with, pick, values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderThrottled,
    ProviderUnreadable,
    Rate,
    Request,
    fault_of,
)

PATHS = {
    "instagram_followers": (
        "follower_count",
        "data.follower_count",
        "user.follower_count",
        "data.user.follower_count",
        "data.user.edge_followed_by.count",
    )
}
COUNT = "follower_count"
NO_SUCH_ACCOUNT = ("not found", "not exist", "no user")


@dataclass(frozen=True, slots=True)
class Instagram:
    """What the marketplace says of an Instagram account."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's username is known."""
        return _username(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        username = _username(artist)
        if username is None:
            return {}
        headers = {"Authorization": f"Bearer {self.access.secret('zylalabs_key')}"}
        request = Request("", params={"username": username}, headers=headers)
        return await self.client.ask(request, _values, deadline=deadline)


def _username(artist: Artist) -> str | None:
    username = fitting(INSTAGRAM_USERNAME, artist.platform_id(Platform.INSTAGRAM))
    return username and username.removeprefix("@")


def _values(answer: Answer) -> Values:
    if is_unknown(answer):
        return {}
    fault = fault_of(answer)
    if isinstance(fault, ProviderThrottled) and fault.retry_after is None:
        # Plans there have so many calls a month: a limit without an end in sight is that one.
        raise throttled(answer, lasting=True)
    body = body_of(answer)
    if values := values_at(PATHS, body):
        return values
    if found := next(first_with(body, COUNT), None):
        return counts({"instagram_followers": found[COUNT]})
    return _unknown_or_raised(answer, body)


def _unknown_or_raised(answer: Answer, body: object) -> Values:
    """No values where the answer says that there is no such account, or shows one that hides its count."""
    says_error = pick(body, "success") is False or pick(body, "message") or pick(body, "error")
    if says_error and not any(phrase in told(answer) for phrase in NO_SUCH_ACCOUNT):
        raise ProviderUnreadable("answered an error in place of an account")
    if not says_error and pick(body, "user") is None and pick(body, "data") is None:
        raise ProviderUnreadable("answered something else than promised at user")
    return {}


ROW = ProviderRow(
    name="instagram",
    tier=4,
    paths=PATHS,
    base_url="",
    policy=HTTPPolicy(timeout_s=12.0, rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: Instagram(client, access),
    credentials=("zylalabs_key",),
)

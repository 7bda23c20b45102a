"""Refreshes: how one stands over all processes, and how one ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.model.stats import StoredStats


class RefreshOutcome(StrEnum):
    """How a refresh ended."""

    REFRESHED = "refreshed"
    FAILED = "failed"
    # Somebody else did it, in this process or another.
    ELSEWHERE = "elsewhere"
    # Its lease had run out when it came to write, or it was given up at the server's stop.
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class RefreshState:
    """What is kept of a subject's refreshes. Times are MongoDB's; `owner` is who holds the lease, or held it last."""

    subject: str
    owner: str | None = None
    running_until: datetime | None = None
    ended_at: datetime | None = None
    retry_at: datetime | None = None
    attempts: int = 0
    error: str | None = None

    def is_running(self, now: datetime) -> bool:
        """Whether somebody holds the lease."""
        return self.running_until is not None and self.running_until > now

    def rests(self, now: datetime) -> bool:
        """Whether readers are to leave it alone after a failure."""
        return self.retry_at is not None and self.retry_at > now


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of a refresh; `stored` as MongoDB holds it afterwards, None where that is to be read."""

    outcome: RefreshOutcome
    stored: StoredStats | None = None


class RefreshRequest(StrEnum):
    """What became of a request for a refresh."""

    STARTED = "started"
    JOINED = "joined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RequestedRefresh:
    """An artist whose refresh was asked for, and what became of that."""

    artist_id: int
    state: RefreshRequest
    error: str | None = None

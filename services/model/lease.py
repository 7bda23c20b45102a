"""A lease: the right of one owner, over all processes, to refresh something until a time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """Held by `owner` on `subject` until it is released or runs out. A later lease has a greater `fence`.

    `retry_at` is until when the last failure has readers wait.
    """

    subject: str
    owner: str
    fence: int
    retry_at: datetime | None = None

"""The budget: providers bill by the call, so calls are counted by the day, and may be held to a number."""

from datetime import datetime
from typing import Protocol


class Budget(Protocol):
    """Keeps account of the calls of a UTC day, over all processes."""

    async def take(self, provider: str) -> bool:
        """Count one call; False where the day's are spent, or are limited and can't be counted."""
        ...

    def note(self, provider: str, *, at: datetime, error: str | None) -> None:
        """Keep how a call ended, with an error or without, as soon as there is time for it."""
        ...

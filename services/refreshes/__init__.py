"""What refreshes share: their queue in this process, turns over all processes, news of those that ended."""

from services.refreshes.news import Listener, RefreshNews
from services.refreshes.queue import LONGEST_QUEUE, MAX_WAIT_S, QUEUE_FULL, RefreshQueue
from services.refreshes.turns import LEASE_TTL, Turn, Turns

__all__ = [
    "LEASE_TTL",
    "LONGEST_QUEUE",
    "MAX_WAIT_S",
    "QUEUE_FULL",
    "Listener",
    "RefreshNews",
    "RefreshQueue",
    "Turn",
    "Turns",
]

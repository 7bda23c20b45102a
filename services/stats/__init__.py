"""Stats: audience numbers as they are stored, judged by their age."""

from services.stats.read import StatsReader

__all__ = ["StatsReader"]

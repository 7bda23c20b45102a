"""Popularity: series as they are stored, judged by their newest point."""

from services.popularity.read import MAX_SPARKLINE_POINTS, PopularityReader

__all__ = ["MAX_SPARKLINE_POINTS", "PopularityReader"]

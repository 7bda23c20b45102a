"""Popularity: series as they are stored, judged by their newest point, and as pictures."""

from services.popularity.picture import draw
from services.popularity.read import MAX_SPARKLINE_POINTS, PopularityReader

__all__ = ["MAX_SPARKLINE_POINTS", "PopularityReader", "draw"]

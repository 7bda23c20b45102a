"""Names, made comparable: of artists, of the credits that name several, of recordings. No I/O, and no list of artists.

One normalization serves search, the providers' second check and the charts.
"""

from services.names.credits import candidates, credited, lead, primary_artist
from services.names.normalization import folded, normalized, spellings, tokens, words
from services.names.titles import title_key

__all__ = [
    "candidates",
    "credited",
    "folded",
    "lead",
    "normalized",
    "primary_artist",
    "spellings",
    "title_key",
    "tokens",
    "words",
]

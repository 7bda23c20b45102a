"""What foreign ids look like. They come from documents and go into addresses: one that doesn't fit is not asked for."""

import re

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
SONGSTATS_ID = re.compile(r"[0-9A-Za-z]{4,32}")
NUMBER = re.compile(r"[1-9][0-9]{0,18}")
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
YOUTUBE_CHANNEL = re.compile(r"UC[0-9A-Za-z_-]{22}")
YOUTUBE_HANDLE = re.compile(r"@?[0-9A-Za-z._-]{3,30}")
QQ_MID = re.compile(r"[0-9A-Za-z]{4,32}")
INSTAGRAM_USERNAME = re.compile(r"@?[0-9A-Za-z._]{1,30}")
TIKTOK_USERNAME = re.compile(r"@?[0-9A-Za-z._]{2,24}")
# A name goes into queries and paths, quoted: any text of one line with something beside dots and blanks in it.
NAME = re.compile(r"(?=.*[^.\s])[^\x00-\x1f\x7f]{1,200}")


def fitting(pattern: re.Pattern[str], text: str | None) -> str | None:
    """The text without blanks around it, if the pattern fits all of it; else None."""
    stripped = (text or "").strip()
    return stripped if pattern.fullmatch(stripped) else None

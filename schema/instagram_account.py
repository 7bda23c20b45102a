"""The connected Instagram account."""

from datetime import datetime

import strawberry

from schema.fields import field
from schema.scalars import Long


@strawberry.type(description="The one Instagram account that is connected, as Instagram describes it at this moment.")
class InstagramAccount:
    user_id: str = field("Its id: digits, more than a number in JSON is sure to keep.")
    username: str = field("Its username, without an @.")
    name: str | None = field("The name that it shows; null where Instagram doesn't tell.")
    account_type: str | None = field("`BUSINESS` or `MEDIA_CREATOR`; null where Instagram doesn't tell.")
    profile_picture_url: str | None = field("The address of its picture, which changes; null where there is none.")
    followers_count: Long | None = field("Accounts that follow it; null where Instagram doesn't tell.")
    follows_count: Long | None = field("Accounts that it follows; null where Instagram doesn't tell.")
    media_count: Long | None = field("Its posts; null where Instagram doesn't tell.")
    token_expires_at: datetime | None = field("Until when the stored token holds; null where that was not stored.")


@strawberry.type(description="What became of a renewal of the Instagram token.")
class InstagramTokenRefresh:
    renewed: bool = field("Whether it was renewed; false where that is less than a day ago, or the login is.")
    expires_at: datetime = field("Until when the token holds.")

"""The freshness policies, published."""

import strawberry

from schema.fields import field


@strawberry.type(description="What is kept how fresh, and what a read does about it.")
class FreshnessPolicy:
    subject: str = field("What the policy is about: `stats` or `popularity`.")
    max_age_seconds: int = field("How old it may be and still count as fresh.")
    on_read: str = field("What is done at a read that finds stale data, in words.")
    retry_after_failure_seconds: int = field("How long readers wait after a failed refresh before the next is tried.")

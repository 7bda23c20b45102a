from services.freshness import POPULARITY, STATS
from tests.schema.conftest import Ask


async def test_the_policies_are_published(ask: Ask) -> None:
    answer = await ask("{ freshnessPolicies { subject maxAgeSeconds onRead retryAfterFailureSeconds } }")

    assert answer == {
        "data": {
            "freshnessPolicies": [
                {
                    "subject": "stats",
                    "maxAgeSeconds": 604_800,
                    "onRead": STATS.on_read,
                    "retryAfterFailureSeconds": 900,
                },
                {
                    "subject": "popularity",
                    "maxAgeSeconds": 5_184_000,
                    "onRead": POPULARITY.on_read,
                    "retryAfterFailureSeconds": 900,
                },
            ]
        }
    }

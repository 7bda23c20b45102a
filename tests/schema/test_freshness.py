from tests.schema.conftest import Ask


async def test_the_policies_are_published(ask: Ask) -> None:
    answer = await ask("{ freshnessPolicies { subject maxAgeSeconds onRead retryAfterFailureSeconds } }")

    told = "This server asks no provider yet: what is stored is answered, marked by its age."
    assert answer == {
        "data": {
            "freshnessPolicies": [
                {"subject": "stats", "maxAgeSeconds": 604_800, "onRead": told, "retryAfterFailureSeconds": 900},
                {"subject": "popularity", "maxAgeSeconds": 5_184_000, "onRead": told, "retryAfterFailureSeconds": 900},
            ]
        }
    }

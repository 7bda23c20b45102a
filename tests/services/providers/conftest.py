"""Providers over a network that the tests play."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import respx

from tests.services.providers.asking import Asking


@pytest.fixture
async def ask() -> AsyncIterator[Callable[..., Asking]]:
    """Builds a provider by its name; nothing that it sends leaves the process."""
    made: list[Asking] = []
    with respx.mock(assert_all_called=False) as network:

        def make(name: str, **changes: Any) -> Asking:
            asking = Asking(name, **changes)
            network.route().mock(side_effect=asking.answered)
            made.append(asking)
            return asking

        yield make
        for asking in made:
            await asking.client.close()

"""The batch functions over a real database, as a request calls them."""

import pytest

from resolvers.context import Context
from services import Services
from services.freshness import Caller


@pytest.fixture
def context(services: Services) -> Context:
    return Context(services, Caller(may_refresh=True))

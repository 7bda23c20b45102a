from services.model.scraped import NOTHING_KNOWN, Validators
from services.store import Store
from tests.services.store.conftest import SOCKETS_LEFT_OPEN

pytestmark = SOCKETS_LEFT_OPEN


async def test_what_a_page_was_stored_with_is_kept(store: Store) -> None:
    validators = Validators('"abc"', "Fri, 20 Nov 2026 08:00:00 GMT")

    await store.page_states.keep("kworb", "radio/", validators)

    assert await store.page_states.validators("kworb", "radio/") == validators
    assert await store.page_states.validators("billboard", "radio/") == NOTHING_KNOWN


async def test_what_a_site_no_longer_tells_is_forgotten(store: Store) -> None:
    await store.page_states.keep("kworb", "radio/", Validators('"abc"'))

    await store.page_states.keep("kworb", "radio/", NOTHING_KNOWN)

    assert await store.page_states.validators("kworb", "radio/") == NOTHING_KNOWN

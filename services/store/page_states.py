"""`data_analyst.refresh_state`: of each scraped page (`page:kworb:radio/`), by what a site knows whether it changed."""

from pymongo import UpdateOne

from services.model.scraped import Validators
from services.store import decode
from services.store.driver import Mongo
from services.store.leases import COLLECTION


class PageStateStore:
    """What the sites told of their pages; each method is one command and raises StoreUnavailable."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def validators(self, site: str, path: str) -> Validators:
        """What the page was last stored with; nothing where it wasn't."""
        found = await self._mongo.find(COLLECTION, {"_id": _subject(site, path)}, {"etag": 1, "lastModified": 1})
        document = found[0] if found else {}
        return Validators(decode.text(document.get("etag")), decode.text(document.get("lastModified")))

    async def keep(self, site: str, path: str, validators: Validators) -> None:
        """Keep what the page is stored with now."""
        fields = {"etag": validators.etag, "lastModified": validators.last_modified}
        update = {"$set": fields, "$currentDate": {"storedAt": True}}
        await self._mongo.bulk_write(COLLECTION, [UpdateOne({"_id": _subject(site, path)}, update, upsert=True)])


def _subject(site: str, path: str) -> str:
    return f"page:{site}:{path}"

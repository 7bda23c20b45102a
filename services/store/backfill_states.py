"""How fetches of popularity stand, as `refresh_state` has it; read by itself or beside the series that they fill."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.model.backfill import BackfillState, Progress
from services.store import decode
from services.store.driver import Document
from services.store.leases import COLLECTION

FIELDS = {"backfill": 1, "nothingNewer": 1, "retryAt": 1, "error": 1}


class StatesBeside:
    """States that an aggregation of the same database brings along, so that they cost no command of their own.

    Once it has, they are `found`, by the artist whose id is given for the subject, of those that anything is kept of.
    """

    def __init__(self, subjects: Mapping[str, int]) -> None:
        self._subjects = subjects
        self.found: dict[int, BackfillState] = {}

    @property
    def stages(self) -> list[Mapping[str, Any]]:
        """What goes at the end of the pipeline, whose own documents have no text for an `_id`."""
        of_subjects = [{"$match": {"_id": {"$in": list(self._subjects)}}}, {"$project": FIELDS}]
        return [{"$unionWith": {"coll": COLLECTION.partition(".")[2], "pipeline": of_subjects}}]

    def taken_from(self, documents: Sequence[Document]) -> list[Document]:
        """The pipeline's own documents, without the states among them."""
        own = []
        for document in documents:
            artist_id = self._subjects.get(document["_id"]) if isinstance(document["_id"], str) else None
            if artist_id is None:
                own.append(document)
            else:
                self.found[artist_id] = state_of(document)
        return own


def state_of(document: Document) -> BackfillState:
    """The document of a subject as a state; progress that can't be gone on with is none."""
    return BackfillState(
        progress=_progress(decode.mapping(document.get("backfill"))),
        nothing_newer=max(decode.whole(document.get("nothingNewer")) or 0, 0),
        retry_at=decode.instant(document.get("retryAt")),
        error=decode.text(document.get("error")),
    )


def _progress(document: Document) -> Progress | None:
    start, end = decode.day(document.get("start")), decode.day(document.get("end"))
    offset, span = decode.whole(document.get("offset")), decode.whole(document.get("span"))
    if start is None or end is None or start > end or offset is None or offset < 0 or (span is not None and span < 1):
        return None
    return Progress(date.fromisoformat(start), date.fromisoformat(end), offset, span)

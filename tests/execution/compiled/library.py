"""A throwaway schema with every kind of field, over shelves of books; `Desk` is the context, `both` asks both ways."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Annotated, Any

import orjson
import strawberry
from graphql import GraphQLError
from strawberry import UNSET, argument
from strawberry.schema.config import StrawberryConfig

import telemetry
from execution.batching import Loads, follows, foresees, foretells
from execution.compiled.executor import CompiledExecutor
from execution.documents import Documents, KeptDocuments
from execution.executor import Formatted, Request, StrawberryExecutor
from execution.reading import read_off
from execution.sharing import Apart, shared
from schema.fields import field as schema_field
from tests.executions import told


@strawberry.enum
class Genre(Enum):
    POEMS = "poems"
    TALES = "tales"


@dataclass
class BookModel:
    id: int
    title: Any = "A title"
    genre: Any = Genre.TALES
    counts: dict[str, Any] = field(default_factory=lambda: {"pages": 120, "words": 30_000})
    since: Any = date(2026, 11, 1)
    tags: Any = ("new", "lent")
    marks: Any = ()
    sizes: Any = 1.5


@dataclass
class Call:
    name: str
    parents: int
    fields: frozenset[str]
    request_id: str = field(default_factory=lambda: telemetry.request_id.get(), compare=False)


@dataclass
class Desk:
    """The context: what the shelf has, what the batch functions answer beyond it, and how they were called."""

    books: dict[int, Any] = field(default_factory=lambda: {i: BookModel(i) for i in range(1, 6)})
    loans: dict[int, Any] = field(default_factory=dict)
    fault: Exception | None = None
    calls: list[Call] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    kin: str = "reader"
    # What lets the books be found, where they are held back.
    gate: asyncio.Event | None = None
    # Whose score has to be waited for, and what ends the wait.
    slow: frozenset[int] = frozenset()
    scored: asyncio.Event = field(default_factory=asyncio.Event)
    loads: Loads = field(init=False)

    def __post_init__(self) -> None:
        self.loads = Loads(self, observe=lambda name, parents: self.told.append((name, parents)))

    def sibling(self) -> "Desk":
        return replace(self)

    def called(self, name: str, parents: Sequence[Any], fields: frozenset[str]) -> None:
        self.calls.append(Call(name, len(parents), fields))


async def _books_of_calls(
    desk: "Desk", calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]
) -> list[list[Any]]:
    desk.called("lists of calls", calls, fields)
    if desk.gate:
        await desk.gate.wait()
    return [[desk.books.get(i) for i in call["ids"]] for call in calls]


@shared(at_root=_books_of_calls)
@foretells(lambda *, ids: tuple(ids))
async def find_books(
    desk: Desk, parents: Sequence[None], *, fields: frozenset[str], ids: Annotated[list[int], argument()]
) -> list[Any]:
    desk.called("books", parents, fields)
    if desk.gate:
        await desk.gate.wait()
    # As one that asks a database does, it lets others go on.
    await asyncio.sleep(0)
    return [[desk.books.get(i) for i in ids]]


async def _book_of_calls(desk: Desk, calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]) -> list[Any]:
    desk.called("books of calls", calls, fields)
    if desk.gate:
        await desk.gate.wait()
    return [desk.books.get(call["id"]) for call in calls]


@shared(at_root=_book_of_calls)
@foretells(lambda *, id: (id,))
async def find_book(desk: Desk, parents: Sequence[None], *, fields: frozenset[str], id: int = 1) -> list[Any]:
    desk.called("book", parents, fields)
    if desk.gate:
        await desk.gate.wait()
    return [desk.books.get(id)]


async def lent(desk: Desk, ids: Sequence[int], *, fields: frozenset[str]) -> dict[int, Any]:
    desk.called("lent", ids, fields)
    return {i: desk.loans[i] for i in ids if i in desk.loans}


@foresees(lent, lambda fields: fields | {"key"})
async def loans_of(
    desk: Desk,
    parents: Sequence[Any],
    *,
    fields: frozenset[str],
    most: int = 3,
    genres: list[Genre] | None = UNSET,
) -> list[Any]:
    desk.called("loans", parents, fields)
    if desk.fault:
        raise desk.fault
    stored = await desk.loads.load_many(lent, [book.id for book in parents], fields=fields | {"key"})
    made = [[{"reader": f"reader {n}", "book": book} for n in range(min(most, 3))] for book in parents]
    return [made[at] if found is None else found for at, found in enumerate(stored)]


@follows(loans_of)
@foresees(lent, lambda fields: frozenset({"due"}))
async def overdue_of(desk: Desk, parents: Sequence[Any], *, fields: frozenset[str]) -> list[bool]:
    desk.called("overdue", parents, fields)
    stored = await desk.loads.load_many(lent, [book.id for book in parents], fields=frozenset({"due"}))
    return [found is not None for found in stored]


@shared()
async def score_of(desk: Desk, parents: Sequence[Any], *, fields: frozenset[str]) -> list[Any]:
    desk.called("score", parents, fields)
    if desk.slow & {book.id for book in parents}:
        if not desk.loads.may_wait():
            return [Apart() if book.id in desk.slow else book.id * 10 for book in parents]
        await desk.scored.wait()
    return [desk.loans.get(book.id, book.id * 10) for book in parents]


async def readers_of(desk: Desk, parents: Sequence[None], *, fields: frozenset[str], most: int = 3) -> list[int]:
    desk.called("readers", parents, fields)
    return [most for _ in parents]


@follows(readers_of)
async def returned_of(desk: Desk, parents: Sequence[None], *, fields: frozenset[str]) -> list[int]:
    desk.called("returned", parents, fields)
    return [0 for _ in parents]


@follows(find_book)
async def left_of(desk: Desk, parents: Sequence[None], *, fields: frozenset[str]) -> list[Any]:
    desk.called("left", parents, fields)
    return [desk.books.get(2) for _ in parents]


def cut(book: Any, *, length: int = 3, mark: str | None = UNSET, since: date | None = UNSET) -> Any:
    told = "" if mark is UNSET else f" {mark}"
    return book.title[:length] + told + ("" if since is UNSET or since is None else f" {since.year}")


@strawberry.type
class Mark:
    page: int = schema_field("The page.")
    note: str | None = schema_field("What is noted.")


@strawberry.type
class Loan:
    reader: str = schema_field("Who.")
    book: "Book" = schema_field("What.")


@strawberry.type
class Book:
    id: int = schema_field("Its number.")
    title: str | None = schema_field("Its title.")
    genre: Genre = schema_field("Its genre.")
    pages: int | None = schema_field("How long.", item=("counts", "pages"))
    words: int | None = schema_field("How long in words.", item=("counts", "words"))
    since: date | None = schema_field("Since when it is here.")
    tags: list[str] = schema_field("Its tags.")
    maybe: list[str | None] | None = schema_field("Its tags, some unknown.", read=lambda book: book.tags)
    sizes: float | None = schema_field("How large.")
    short: str | None = schema_field("Its title, cut.", read=cut)
    marks: list[Mark] = schema_field("Its marks.", rows=("page", "note"))
    cover: Mark | None = schema_field("Its cover.", read=lambda book: {"page": 0, "note": book.title})
    loans: list[Loan] = schema_field("Who has it.", batch=loans_of)
    maybe_loans: list[Loan | None] | None = schema_field("Who has it, if known.", batch=loans_of)
    overdue: bool = schema_field("Whether it should be back.", batch=overdue_of)
    score: int | None = schema_field("Its score.", batch=score_of)
    sure_score: int = schema_field("Its score, surely.", batch=score_of)


@strawberry.type
class Query:
    books: list[Book | None] = schema_field("The books.", batch=find_books)
    sure_books: list[Book] = schema_field("The books, surely.", batch=find_books)
    book: Book | None = schema_field("A book.", batch=find_book)
    sure_book: Book = schema_field("A book, surely.", batch=find_book)
    readers: int = schema_field("How many read.", batch=readers_of)
    returned: int = schema_field("How many were returned.", batch=returned_of)
    left_book: Book | None = schema_field("What was left.", batch=left_of)
    shelves: int = schema_field("How many.", read=lambda root: 4)


DOCUMENTS = Documents()
SCHEMA = strawberry.Schema(
    Query, extensions=[lambda: KeptDocuments(DOCUMENTS)], config=StrawberryConfig(default_resolver=read_off)
)


def format_errors(errors: Sequence[GraphQLError]) -> list[Formatted]:
    return [dict(error.formatted) | {"extensions": {"code": "TOLD"}} for error in errors]


ORDINARY = StrawberryExecutor(SCHEMA, format_errors=format_errors)


@dataclass
class Both:
    """What both executions told, which is the same, and how the compiled one went."""

    body: dict[str, Any]
    execution: str
    compiled: Desk
    ordinary: Desk

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def messages(self) -> list[tuple[Any, str]]:
        return [(error.get("path"), error["message"]) for error in self.body.get("errors", ())]


async def both(query: str, variables: dict[str, Any] | None = None, *, name: str | None = None, **desk: Any) -> Both:
    """Both executions' answer to the query; they differ in nothing that a client sees."""
    executions: list[str] = []
    compiled = CompiledExecutor(
        SCHEMA, DOCUMENTS, otherwise=ORDINARY, format_errors=format_errors, observe=executions.append
    )
    request, desks = Request(query, variables, name), [Desk(**desk), Desk(**desk)]
    ordinary = told(await ORDINARY.execute(request, desks[1]))
    answer = await compiled.execute(request, desks[0])
    assert told(answer) == ordinary
    return Both(orjson.loads(answer.body), executions[0], *desks)

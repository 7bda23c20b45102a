"""Requests of one operation that come while the like is under way; what each is told is what it is told alone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

import telemetry
from execution.compiled.executor import CompiledExecutor
from execution.compiled.together import ENOUGH_BESIDE, MAX_ASKED, MAX_ASKED_TOGETHER
from execution.executor import Part, Request
from tests.execution.compiled.library import DOCUMENTS, ORDINARY, SCHEMA, BookModel, Desk, format_errors
from tests.executions import told

LISTS = "query($id: Int!) { books(ids: [%s$id]) { id } }"
SCORES = "query($id: Int!) { book(id: $id) { id title score } }"


class Hall:
    """Desks at which readers ask; books are held back until they are let go."""

    def __init__(self, **desk: Any) -> None:
        self.desk = Desk(**desk)
        self.desk.gate = asyncio.Event()
        self._executor = CompiledExecutor(
            SCHEMA, DOCUMENTS, otherwise=ORDINARY, format_errors=format_errors, observe=lambda execution: None
        )

    def asks(self, *ids: int, query: str = SCORES, kin: str = "reader") -> "list[asyncio.Task[Any]]":
        return [asyncio.ensure_future(self._ask(query, i, kin)) for i in ids]

    def begin(self, book: int) -> Part:
        """A request that has begun."""
        begun = self._executor.begin(Request(SCORES, {"id": book}), self.desk.sibling())
        assert isinstance(begun, Part)
        return begun

    async def first(self, *ids: int) -> "list[asyncio.Task[Any]]":
        """Requests that are under way, before those that a test is about."""
        asking = self.asks(*ids)
        await self.settled()
        return asking

    async def settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    def let_go(self) -> None:
        assert self.desk.gate is not None
        self.desk.gate.set()

    def calls(self, name: str) -> list[int]:
        """With how many parents, or calls, the function was called each time."""
        return [call.parents for call in self.desk.calls if call.name == name]

    async def _ask(self, query: str, book: int, kin: str) -> Any:
        desk = self.desk.sibling()
        desk.kin = kin
        answer = await self._executor.execute(Request(query, {"id": book}), desk)
        alone = await ORDINARY.execute(Request(query, {"id": book}), self._alone())
        assert told(answer) == told(alone)
        return orjson.loads(answer.body)

    def _alone(self) -> Desk:
        return Desk(books=self.desk.books, loans=self.desk.loans)


@pytest.fixture
async def hall() -> Hall:
    return Hall()


def titles(answers: Sequence[Any]) -> list[Any]:
    return [answer["data"]["book"] and answer["data"]["book"]["id"] for answer in answers]


async def test_what_comes_meanwhile_is_carried_out_as_one(hall: Hall) -> None:
    first = await hall.first(1)
    others = hall.asks(2, 3, 9)
    await hall.settled()
    before = hall.calls("books of calls")

    hall.let_go()

    assert titles(await asyncio.gather(*first, *others)) == [1, 2, 3, None]
    assert (hall.calls("book"), before, hall.calls("books of calls"), hall.calls("score")) == ([1], [], [3], [1, 2])


async def test_one_who_fails_to_hear_takes_nothing_from_the_others(hall: Hall) -> None:
    loop, failed = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, told: failed.append(told["exception"]))
    heard = asyncio.Event()

    def fail() -> None:
        raise RuntimeError("deaf")

    for book, tell in ((1, fail), (2, heard.set)):
        begun = hall.begin(book)
        begun.when_ended(tell)
    hall.let_go()
    await hall.settled()

    assert heard.is_set()
    assert [str(error) for error in failed] == ["deaf"]


async def test_a_run_begins_beside_another_once_half_of_all_wait(hall: Hall) -> None:
    crowd = await hall.first(*range(1, 9))
    others = hall.asks(*range(1, 8))
    await hall.settled()
    before = hall.calls("books of calls")

    others += hall.asks(9, 2)
    await hall.settled()

    assert (before, hall.calls("books of calls")) == ([8], [8, 9])
    # No third one, whoever comes.
    others += hall.asks(*range(1, 20))
    await hall.settled()
    assert hall.calls("books of calls") == [8, 9]
    hall.let_go()
    await asyncio.gather(*crowd, *others)
    assert hall.calls("books of calls") == [8, 9, 19]


async def test_a_few_wait_though_they_are_half_of_all(hall: Hall) -> None:
    first = await hall.first(1)
    others = hall.asks(*range(1, ENOUGH_BESIDE))
    await hall.settled()
    before = hall.calls("books of calls")
    others += hall.asks(1)
    await hall.settled()

    assert (before, hall.calls("books of calls")) == ([], [ENOUGH_BESIDE])
    hall.let_go()
    await asyncio.gather(*first, *others)


async def test_what_comes_in_one_turn_is_carried_out_as_one(hall: Hall) -> None:
    hall.let_go()

    assert titles(await asyncio.gather(*hall.asks(1, 2, 3))) == [1, 2, 3]
    assert (hall.calls("book"), hall.calls("books of calls")) == ([], [3])


async def test_nobody_waits_where_nothing_is_under_way(hall: Hall) -> None:
    hall.let_go()
    for book in (1, 2):
        await asyncio.gather(*hall.asks(book))

    assert hall.calls("book") == [1, 1]
    assert hall.calls("books of calls") == []


async def test_what_is_odd_in_one_answer_is_told_to_that_one_alone() -> None:
    hall = Hall(books={1: BookModel(1), 2: BookModel(2, title=[]), 3: BookModel(3)})
    first = await hall.first(1)
    others = hall.asks(2, 3)
    await hall.settled()

    hall.let_go()
    _, odd, plain = await asyncio.gather(*first, *others)

    assert (odd["data"]["book"]["title"], [error["path"] for error in odd["errors"]]) == (None, [["book", "title"]])
    assert "errors" not in plain


async def test_one_that_has_to_wait_leaves_and_the_others_are_answered() -> None:
    hall = Hall(slow=frozenset({2}))
    first = await hall.first(1)
    slow, other = hall.asks(2, 3)
    await hall.settled()

    hall.let_go()
    answered = await asyncio.gather(*first, other)
    is_waiting = not slow.done()
    hall.desk.scored.set()

    assert titles([*answered, await slow]) == [1, 3, 2]
    assert is_waiting
    assert hall.calls("score") == [1, 2, 1]


async def test_nobody_waits_for_a_first_one_that_has_to_wait() -> None:
    hall = Hall(slow=frozenset({2}))
    hall.let_go()
    (slow,) = await hall.first(2)

    answered = await asyncio.gather(*hall.asks(3, 4))
    is_waiting = not slow.done()
    hall.desk.scored.set()

    assert titles([*answered, await slow]) == [3, 4, 2]
    assert is_waiting


async def test_one_behind_another_may_wait_as_well() -> None:
    hall = Hall(slow=frozenset({2}))
    first = await hall.first(1)
    (slow,) = hall.asks(2)
    await hall.settled()

    hall.let_go()
    await hall.settled()
    answered = await asyncio.gather(*first, *hall.asks(3))
    hall.desk.scored.set()

    assert titles([*answered, await slow]) == [1, 3, 2]
    # It was carried out once.
    assert hall.calls("score") == [1, 1, 1]


async def test_a_run_is_told_of_under_the_id_of_the_first_of_its_requests(hall: Hall) -> None:
    requests = []
    for book in (1, 2, 3):
        telemetry.request_id.set(f"request-{book}")
        requests += hall.asks(book)
        await hall.settled()

    hall.let_go()
    await asyncio.gather(*requests)

    assert [call.request_id for call in hall.desk.calls if call.name == "score"] == ["request-1", "request-2"]


async def test_one_who_goes_away_takes_nothing_from_the_others(hall: Hall) -> None:
    first = await hall.first(1)
    gone, stays = hall.asks(2, 3)
    await hall.settled()

    for asking in (*first, gone):
        asking.cancel()
    await hall.settled()
    hall.let_go()

    assert titles([await stays]) == [3]
    assert hall.calls("books of calls") == []


async def test_what_nobody_waits_for_is_not_gone_on_with(hall: Hall) -> None:
    gone = await hall.first(1, 2)

    for asking in gone:
        asking.cancel()
        await hall.settled()
    hall.let_go()
    await hall.settled()

    assert (hall.calls("books of calls"), hall.calls("score")) == ([2], [])


@pytest.mark.parametrize("turns", range(8))
async def test_one_who_goes_away_at_whatever_turn_leaves_nobody_waiting(hall: Hall, turns: int) -> None:
    hall.let_go()
    (gone,) = hall.asks(1)
    for _ in range(turns):
        await asyncio.sleep(0)

    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await hall.settled()

    async with asyncio.timeout(5):
        assert titles(await asyncio.gather(*hall.asks(2))) == [2]


@pytest.mark.parametrize(
    "others",
    [
        {"kin": "another reader"},
        {"query": "query($id: Int!) { book(id: $id) { id } }"},
        {"query": "query($id: Int!) { a: book(id: $id) { id } book(id: 3) { id } }"},
        {"query": "query($id: Int!) { book(id: $id) { id loans { reader } } }"},
        {"query": "query($id: Int!) { book(id: $id) { id } shelves }"},
        {"query": LISTS % ("1, " * MAX_ASKED)},
    ],
    ids=["kin", "operation", "several of one function", "a function that is not shared", "plain root", "large"],
)
async def test_what_is_of_another_kind_waits_for_nothing(hall: Hall, others: dict[str, Any]) -> None:
    first = await hall.first(1)

    asking = hall.asks(2, **others)
    await hall.settled()

    assert hall.calls("books of calls") + hall.calls("lists of calls") == []
    assert len(hall.calls("book") + hall.calls("books")) >= 2
    hall.let_go()
    await asyncio.gather(*first, *asking)


async def test_a_run_asks_for_so_many_at_most(hall: Hall) -> None:
    lists = LISTS % ("1, " * (MAX_ASKED - 1))
    first = hall.asks(1, query=lists)
    await hall.settled()
    others = hall.asks(*range(1, MAX_ASKED_TOGETHER // MAX_ASKED + 2), query=lists)
    await hall.settled()

    # One that is full begins beside what is under way.
    assert hall.calls("lists of calls") == [MAX_ASKED_TOGETHER // MAX_ASKED]
    hall.let_go()
    answers = await asyncio.gather(*first, *others)

    assert [answer["data"]["books"][-1] for answer in answers] == [{"id": 1}, *({"id": i} for i in range(1, 6)), None]
    assert (hall.calls("lists of calls"), hall.calls("books")) == ([MAX_ASKED_TOGETHER // MAX_ASKED], [1, 1])


async def test_a_fault_is_told_to_each_and_to_nobody_later() -> None:
    hall = Hall(books={1: BookModel(1), 2: BookModel(2), 3: BookModel(3)}, loans={2: ValueError("lost")})
    first = await hall.first(1)
    others = hall.asks(2, 3)
    await hall.settled()
    hall.let_go()

    _, lost, there = await asyncio.gather(*first, *others)
    (later,) = await asyncio.gather(*hall.asks(3))

    assert [error["message"] for error in lost["errors"]] == ["lost"]
    assert ("errors" in there, "errors" in later) == (False, False)

"""Batching, over a throwaway schema: a shelf of boxes, each with a label that is loaded."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLObjectType
from strawberry import UNSET, argument
from strawberry.types import ExecutionResult

from execution.batching import Loads, batch_resolver


@strawberry.enum
class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True)
class BoxModel:
    id: int


@dataclass(frozen=True)
class LabelModel:
    text: str
    box: BoxModel


@dataclass(frozen=True)
class Call:
    ids: list[int]
    fields: frozenset[str]
    arguments: dict[str, Any]


@dataclass
class Carrier:
    """A context with the boxes of the shelf, and what is to be answered for some of them."""

    boxes: Sequence[BoxModel] = (BoxModel(1), BoxModel(2), BoxModel(3))
    answers: dict[int, Any] = field(default_factory=dict)
    fault: Exception | None = None
    calls: list[Call] = field(default_factory=list)
    loads: Loads = field(init=False)

    def __post_init__(self) -> None:
        self.loads = Loads(self)


async def label(
    context: Carrier,
    boxes: Sequence[BoxModel],
    *,
    fields: frozenset[str],
    prefix: Annotated[str, argument(description="What stands before the number.")] = "no. ",
    size: Size = Size.SMALL,
    since: date | None = UNSET,
    words: list[str] | None = UNSET,
) -> list[Any]:
    arguments = {"prefix": prefix, "size": size, "since": since, "words": words}
    context.calls.append(Call([box.id for box in boxes], fields, arguments))
    if context.fault:
        raise context.fault
    return [context.answers.get(box.id, LabelModel(f"{prefix}{box.id}", box)) for box in boxes]


async def labels_of(context: Carrier, boxes: Sequence[BoxModel], *, fields: frozenset[str]) -> dict[BoxModel, Any]:
    """What a batch function asks another for."""
    return dict(zip(boxes, await label(context, boxes, fields=fields), strict=True))


async def twin(context: Carrier, labels: Sequence[LabelModel], *, fields: frozenset[str]) -> Sequence[LabelModel]:
    """A batch function that asks another one."""
    return await context.loads.load_many(labels_of, [found.box for found in labels], fields=fields)


async def too_few(context: Carrier, boxes: Sequence[BoxModel], *, fields: frozenset[str]) -> list[str]:
    return ["only one"]


@strawberry.type
class Label:
    text: str
    box: "Box"
    twin: "Label | None" = strawberry.field(resolver=batch_resolver(twin))


@strawberry.type
class Box:
    id: int
    label: Label | None = strawberry.field(resolver=batch_resolver(label))
    too_few: str | None = strawberry.field(resolver=batch_resolver(too_few))


@strawberry.type
class Query:
    @strawberry.field
    def boxes(self, info: strawberry.Info[Carrier, None]) -> list[Box]:
        return list(info.context.boxes)  # type: ignore[arg-type]


class QuietSchema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are asserted, not logged."""


SCHEMA = QuietSchema(Query)


async def ask(query: str, carrier: Carrier, **variables: Any) -> ExecutionResult:
    result = await SCHEMA.execute(query, variable_values=variables, context_value=carrier)
    assert isinstance(result, ExecutionResult)
    return result


async def test_all_parents_of_a_level_are_one_call() -> None:
    carrier = Carrier()

    await ask("{ boxes { label { text } } }", carrier)

    assert [call.ids for call in carrier.calls] == [[1, 2, 3]]


async def test_the_parents_of_a_deeper_level_are_one_call_too() -> None:
    carrier = Carrier()

    await ask('{ boxes { label { box { label(prefix: "deep ") { text } } } } }', carrier)

    assert [(call.ids, call.arguments["prefix"]) for call in carrier.calls] == [
        ([1, 2, 3], "no. "),
        ([1, 2, 3], "deep "),
    ]


async def test_each_parent_has_its_own_answer() -> None:
    carrier = Carrier(answers={2: None})

    result = await ask("{ boxes { id label { text } } }", carrier)

    assert result.data == {
        "boxes": [
            {"id": 1, "label": {"text": "no. 1"}},
            {"id": 2, "label": None},
            {"id": 3, "label": {"text": "no. 3"}},
        ]
    }


async def test_aliases_with_the_same_arguments_share_a_load_with_the_union_of_the_fields() -> None:
    carrier = Carrier()

    result = await ask("{ boxes { a: label { text } b: label { box { id } } } }", carrier)

    assert [(call.ids, call.fields) for call in carrier.calls] == [([1, 2, 3], frozenset({"text", "box"}))]
    assert result.data is not None
    assert result.data["boxes"][0] == {"a": {"text": "no. 1"}, "b": {"box": {"id": 1}}}


async def test_an_argument_that_is_written_as_its_default_shares_the_load() -> None:
    carrier = Carrier()

    await ask('{ boxes { a: label { text } b: label(size: SMALL, prefix: "no. ") { text } } }', carrier)

    assert len(carrier.calls) == 1


async def test_other_arguments_are_another_load() -> None:
    carrier = Carrier()

    result = await ask('{ boxes { a: label { text } b: label(prefix: "box ") { text } } }', carrier)

    assert [call.arguments["prefix"] for call in carrier.calls] == ["no. ", "box "]
    assert result.data is not None
    assert result.data["boxes"][2] == {"a": {"text": "no. 3"}, "b": {"text": "box 3"}}


@pytest.mark.parametrize(
    ("name", "written", "other", "value"),
    [
        ("size", "LARGE", "SMALL", Size.LARGE),
        ("since", '"2026-11-20"', '"2026-11-21"', date(2026, 11, 20)),
        ("words", '["a", "b"]', '["b", "a"]', ["a", "b"]),
    ],
    ids=["enum", "date", "list"],
)
async def test_arguments_of_every_kind_arrive_as_python_has_them_and_part_the_loads(
    name: str, written: str, other: str, value: Any
) -> None:
    carrier = Carrier()

    await ask(
        f"{{ boxes {{ a: label({name}: {written}) {{ text }} b: label({name}: {written}) {{ text }}"
        f" c: label({name}: {other}) {{ text }} }} }}",
        carrier,
    )

    assert len(carrier.calls) == 2
    assert carrier.calls[0].arguments[name] == value


async def test_an_argument_left_out_is_unset_and_one_that_is_null_is_none() -> None:
    carrier = Carrier()

    await ask("{ boxes { a: label { text } b: label(since: null) { text } } }", carrier)

    assert [call.arguments["since"] for call in carrier.calls] == [UNSET, None]


async def test_the_same_parent_twice_is_asked_for_once() -> None:
    box = BoxModel(7)
    carrier = Carrier(boxes=[box, BoxModel(8), box])

    result = await ask("{ boxes { label { text } } }", carrier)

    assert [call.ids for call in carrier.calls] == [[7, 8]]
    assert result.data == {"boxes": [{"label": {"text": f"no. {number}"}} for number in (7, 8, 7)]}


async def test_an_exception_as_an_answer_is_the_error_of_its_parent_alone() -> None:
    fault = ValueError("box 2 is empty")
    carrier = Carrier(answers={2: fault})

    result = await ask("{ boxes { label { text } } }", carrier)

    assert result.data == {"boxes": [{"label": {"text": "no. 1"}}, {"label": None}, {"label": {"text": "no. 3"}}]}
    assert result.errors is not None
    assert [(error.path, error.original_error) for error in result.errors] == [(["boxes", 1, "label"], fault)]


async def test_an_exception_that_the_batch_raises_is_the_same_one_for_every_parent() -> None:
    fault = ValueError("no shelf")
    carrier = Carrier(fault=fault)

    result = await ask("{ boxes { id label { text } } }", carrier)

    assert result.data == {"boxes": [{"id": number, "label": None} for number in (1, 2, 3)]}
    assert result.errors is not None
    assert [error.original_error for error in result.errors] == [fault] * 3


async def test_a_batch_that_answers_too_few_is_an_error_of_every_parent() -> None:
    result = await ask("{ boxes { tooFew } }", Carrier())

    assert result.data == {"boxes": [{"tooFew": None}] * 3}
    assert result.errors is not None
    assert len(result.errors) == 3


async def test_what_a_batch_function_asks_of_another_is_one_call() -> None:
    carrier = Carrier()

    await ask('{ boxes { label(prefix: "a") { twin { text } } } }', carrier)

    assert [(call.ids, call.fields) for call in carrier.calls] == [
        ([1, 2, 3], frozenset({"twin"})),
        ([1, 2, 3], frozenset({"text"})),
    ]


async def test_loads_of_one_tick_share_a_call_whoever_asks() -> None:
    carrier = Carrier()
    first, second = carrier.boxes[:2]

    await asyncio.gather(
        carrier.loads.load_many(labels_of, [first, second], fields=frozenset({"text"})),
        carrier.loads.load_many(labels_of, [second], fields=frozenset({"box"})),
    )

    assert [(call.ids, call.fields) for call in carrier.calls] == [([1, 2], frozenset({"text", "box"}))]


async def test_nothing_is_kept_for_a_later_tick() -> None:
    carrier = Carrier()

    for _ in range(2):
        await carrier.loads.load_many(labels_of, carrier.boxes, fields=frozenset())

    assert len(carrier.calls) == 2


async def test_what_was_to_be_asked_when_the_request_ended_is_not() -> None:
    carrier = Carrier()
    asking = asyncio.ensure_future(carrier.loads.load_many(labels_of, carrier.boxes, fields=frozenset()))
    await asyncio.sleep(0)

    asking.cancel()
    carrier.loads.close()
    await asyncio.wait([asking])

    assert carrier.calls == []


async def test_a_load_that_cannot_even_begin_fails_for_each_who_asked() -> None:
    def broken(context: Carrier, keys: Sequence[int], *, fields: frozenset[str]) -> Awaitable[dict[int, Any]]:
        raise RuntimeError("broken")

    carrier = Carrier()
    carrier.loads.begin(broken, [1], fields=frozenset())
    asked = [carrier.loads.load_many(broken, keys, fields=frozenset()) for keys in ([1], [2], [3])]

    found = await asyncio.gather(*asked, return_exceptions=True)

    assert [str(fault) for fault in found] == ["broken"] * 3


async def test_requests_do_not_share_their_loads() -> None:
    carriers = [Carrier(), Carrier()]

    await asyncio.gather(*(ask("{ boxes { label { text } } }", carrier) for carrier in carriers))

    assert [len(carrier.calls) for carrier in carriers] == [1, 1]


async def test_who_observes_is_told_of_each_call_and_its_size() -> None:
    told: list[tuple[str, int]] = []
    carrier = Carrier()
    carrier.loads = Loads(carrier, observe=lambda function, size: told.append((function, size)))

    await ask('{ boxes { a: label { text } b: label(prefix: "box ") { twin { text } } } }', carrier)

    expected = [("label", 3), ("label", 3), ("labels_of", 3), ("twin", 3)]
    assert sorted(told) == [(f"test_batching.{name}", size) for name, size in expected]


def test_the_keywords_of_the_function_are_the_arguments_of_the_field() -> None:
    box = SCHEMA._schema.type_map["Box"]
    assert isinstance(box, GraphQLObjectType)

    arguments = box.fields["label"].args

    assert {name: str(found.type) for name, found in arguments.items()} == {
        "prefix": "String!",
        "size": "Size!",
        "since": "Date",
        "words": "[String!]",
    }
    assert arguments["prefix"].description == "What stands before the number."

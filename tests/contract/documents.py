"""Documents made from the schema: any fields, arguments, aliases, fragments and conditions, some of them wrong."""

import re
import zlib
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from hypothesis import strategies as st

MAX_LEVELS = 5
IDS = (1, 2, 3, 99)
DECLARED = {
    "$yes": "Boolean!",
    "$no": "Boolean! = false",
    "$id": "Int!",
    "$ids": "[Int!]!",
    "$few": "Int! = 2",
}
GIVEN: dict[str, Any] = {"yes": True, "id": 1, "ids": [3, 1, 99, 1]}

_TEXTS = ("Nova", "nova ruiz", "", "https://open.spotify.com/artist/0000000000000000000061", "é\\u2028")
_DAYS = ("2026-11-01", "2026-02-28", "2020-01-01", "2026-02-30")
_LITERALS: dict[str, tuple[str, ...]] = {
    "Boolean": ("true", "false"),
    "String": tuple(f'"{text}"' for text in _TEXTS),
    "Date": tuple(f'"{day}"' for day in _DAYS),
    "Int": ("1", "2", "28", "0", "-1", "$few"),
}


@st.composite
def documents(draw: st.DrawFn, schema: GraphQLSchema) -> str:
    """A query, with up to two fragments that it may spread."""
    root: GraphQLObjectType = schema.query_type  # type: ignore[assignment]
    types = [found for found in schema.type_map.values() if isinstance(found, GraphQLObjectType)]
    usable = [found for found in types if found.name in {"Artist", "ArtistStats", "PopularitySeries"}]
    drawn = draw(st.lists(st.sampled_from(usable), max_size=2))
    fragments = {f"F{number}": found for number, found in enumerate(drawn)}
    body = draw(_selections(root, MAX_LEVELS, tuple(fragments.items())))
    written = [
        f"fragment {name} on {found.name} {draw(_selections(found, 2, ()))}" for name, found in fragments.items()
    ]
    spread = [text for text in written if f"...{text.split()[1]}" in body]
    used = "\n".join([body, *spread])
    declared = [f"{name}: {of_type}" for name, of_type in DECLARED.items() if re.search(rf"\{name}\b", used)]
    return f"query Made{'(' + ', '.join(declared) + ')' if declared else ''} {used}"


@st.composite
def _selections(
    draw: st.DrawFn, of_type: GraphQLObjectType, levels: int, fragments: tuple[tuple[str, GraphQLObjectType], ...]
) -> str:
    fields = [name for name, found in of_type.fields.items() if levels > 1 or not _is_object(found)]
    # What tells of this very moment differs from one execution to the next.
    fields = [name for name in fields if name != "providers"]
    names = draw(st.lists(st.sampled_from(["__typename", *fields]), min_size=1, max_size=5))
    parts = [draw(_field(of_type, name, levels, fragments)) for name in names]
    parts += [f"...{name}{draw(_condition())}" for name, found in fragments if found is of_type and draw(st.booleans())]
    if draw(st.integers(0, 5)) == 0:
        parts.append(f"... on {of_type.name}{draw(_condition())} {{ __typename {draw(st.sampled_from(parts))} }}")
    return "{ " + " ".join(parts) + " }"


@st.composite
def _field(
    draw: st.DrawFn,
    of_type: GraphQLObjectType,
    name: str,
    levels: int,
    fragments: tuple[tuple[str, GraphQLObjectType], ...],
) -> str:
    if name == "__typename":
        return draw(st.sampled_from(["", "kind: "])) + name
    found = of_type.fields[name]
    arguments = draw(_arguments(found)) if found.args else ""
    # One key with different arguments makes a document invalid; some documents are to be.
    alias = draw(st.sampled_from([f"{name}{zlib.crc32(arguments.encode())}: "] * 9 + [""])) if arguments else ""
    below = ""
    named = get_named_type(found.type)
    if isinstance(named, GraphQLObjectType):
        below = " " + draw(_selections(named, levels - 1, fragments))
    return f"{alias}{name}{arguments}{draw(_condition())}{below}"


@st.composite
def _arguments(draw: st.DrawFn, found: GraphQLField) -> str:
    written = []
    for name, argument in found.args.items():
        # Nothing is refreshed here: no provider could be asked.
        if name == "refresh" or not (is_required_argument(argument) or draw(st.integers(0, 3)) == 0):
            continue
        written.append(f"{name}: {draw(_value(name, argument.type))}")
    return f"({', '.join(written)})" if written else ""


@st.composite
def _value(draw: st.DrawFn, name: str, of_type: Any) -> str:
    if is_non_null_type(of_type):
        of_type = of_type.of_type
    elif draw(st.integers(0, 5)) == 0:
        return "null"
    if is_list_type(of_type):
        if name == "ids":
            return draw(st.sampled_from(["$ids", "[1, 2]", "[$id, 2, 2]", "3", "[]"]))
        return "[" + ", ".join(draw(st.lists(_value(name, GraphQLNonNull(get_named_type(of_type))), max_size=3))) + "]"
    if name == "id":
        return draw(st.sampled_from(["$id", "2", "99"] if of_type.name == "Int" else ['"spotify-1"', '""', "7"]))
    if isinstance(of_type, GraphQLEnumType):
        names: list[str] = sorted(of_type.values)
        return draw(st.sampled_from(names))
    literals: tuple[str, ...] = _LITERALS.get(of_type.name, ("null",))
    return draw(st.sampled_from(literals))


def _condition() -> st.SearchStrategy[str]:
    conditions = [f" @{name}(if: {value})" for name in ("include", "skip") for value in ("$yes", "$no", "true")]
    return st.sampled_from([""] * 12 + conditions)


def _is_object(found: GraphQLField) -> bool:
    return isinstance(get_named_type(found.type), GraphQLObjectType)

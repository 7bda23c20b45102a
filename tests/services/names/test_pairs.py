from typing import Any

import pytest

from services.names.pairs import Pair, PairKind


def pair(kind: PairKind, a: str, b: str, *, same: bool = True, known: tuple[str, ...] = ()) -> Pair:
    return Pair(kind, a, b, same, known)


@pytest.mark.parametrize(
    "held",
    [
        pair(PairKind.ARTIST, "Beyoncé", "BEYONCE"),
        pair(PairKind.ARTIST, "Die Ärzte", "Die Aerzte"),
        pair(PairKind.ARTIST, "!!!", "???", same=False),
        pair(PairKind.ARTIST, "", "", same=False),
        pair(PairKind.PRIMARY, "Nova feat. Ana", "Nova"),
        pair(PairKind.PRIMARY, "Nova & Ana", "Nova", known=("NOVA",)),
        pair(PairKind.PRIMARY, "Nova & Ana", "Nova", same=False),
        pair(PairKind.PRIMARY, "Nova & Ana", "Nova", same=False, known=("Nova", "Nova and Ana")),
        pair(PairKind.RECORDING, "Marea (feat. Ana)", "Marea"),
        pair(PairKind.RECORDING, "Marea (Live)", "Marea", same=False),
    ],
    ids=str,
)
def test_a_pair_holds_where_the_names_are_judged_as_expected(held: Pair) -> None:
    opposite = pair(held.kind, held.a, held.b, same=not held.same, known=held.known)

    assert (held.holds, opposite.holds) == (True, False)


def test_a_pair_is_read_with_all_that_a_line_tells() -> None:
    line = {"id": "p1", "kind": "primary", "a": "A", "b": "B", "expect": "different", "why": "x", "level": "stretch"}

    assert Pair.read({**line, "known": ["C"]}) == Pair(
        kind=PairKind.PRIMARY, a="A", b="B", same=False, known=("C",), level="stretch", id="p1", why="x"
    )


def test_a_pair_that_names_no_level_is_of_the_core() -> None:
    assert Pair.read({"kind": "artist", "a": "A", "b": "A", "expect": "same"}).level == "core"


@pytest.mark.parametrize(
    "change",
    [{"kind": "album"}, {"expect": "alike"}, {"kind": None}],
    ids=["another kind", "another verdict", "no kind"],
)
def test_a_line_that_is_no_pair_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expect|PairKind"):
        Pair.read({"kind": "artist", "a": "A", "b": "A", "expect": "same", **change})

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from commands.__main__ import app

HOLDS = {"id": "p1", "kind": "artist", "a": "Nova", "b": "NOVA", "expect": "same", "level": "core"}
DIFFERS = {"id": "p2", "kind": "artist", "a": "Nova", "b": "Ana", "expect": "same", "level": "core", "why": "a test"}
STRETCH = DIFFERS | {"id": "p3", "level": "stretch"}


@pytest.fixture
def check(tmp_path: Path) -> Any:
    def check(*lines: dict[str, Any] | str, options: tuple[str, ...] = ()) -> Result:
        file = tmp_path / "pairs.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return CliRunner().invoke(app, ["charts", "check-names", str(file), *options])

    return check


def test_pairs_that_differ_are_printed_with_a_summary_of_each_level(check: Any) -> None:
    told = check(HOLDS, DIFFERS, STRETCH)

    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "ID  LEVEL    KIND    EXPECTED  A     B    A IS COMPARED BY",
        "p2  core     artist  same      Nova  Ana  nova",
        "p3  stretch  artist  same      Nova  Ana  nova",
        "core: 1 of 2 hold",
        "stretch: 0 of 1 hold",
    ]


def test_the_core_alone_decides_the_exit_code(check: Any) -> None:
    assert check(HOLDS, STRETCH).exit_code == 0


def test_blank_lines_are_none(check: Any) -> None:
    assert check("", HOLDS, "").stdout == "core: 1 of 1 hold\n"


def test_a_program_is_told_the_same(check: Any) -> None:
    told = check(HOLDS, DIFFERS, options=("--json",))

    assert json.loads(told.stdout) == {
        "differing": [
            {
                "id": "p2",
                "kind": "artist",
                "level": "core",
                "a": "Nova",
                "b": "Ana",
                "expect": "same",
                "comparedA": ["nova"],
                "comparedB": ["ana"],
                "why": "a test",
            }
        ],
        "levels": {"core": {"pairs": 2, "hold": 1}},
    }


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "artist"}', '{"kind": "artist", "expect": "alike"}'])
def test_a_line_that_is_no_pair_is_told(check: Any, line: str) -> None:
    told = check(HOLDS, line)

    assert told.exit_code == 2
    assert told.stderr.startswith("error: line 2 is no pair: ")

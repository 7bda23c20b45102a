from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from starlette.requests import Request

from routes.answers import JSONAnswer, NotModified, unless_known

FACTS = {"spotify": 1, "deezer": None}


def request(*known: str, version: str = "1.0") -> Request:
    app = SimpleNamespace(state=SimpleNamespace(about=SimpleNamespace(version=version)))
    headers = [(b"if-none-match", tags.encode()) for tags in known]
    return Request({"type": "http", "app": app, "headers": headers})


def tag_of(facts: Any, *, version: str = "1.0") -> str:
    return unless_known(request(version=version), facts, lambda: JSONAnswer(None)).headers["etag"]


def not_to_be_made() -> NoReturn:
    raise AssertionError("the client has it")


def test_an_answer_is_json() -> None:
    answer = JSONAnswer({"name": "Beyoncé", "views": 2**53 + 1})

    assert answer.headers["content-type"] == "application/json"
    assert answer.body == '{"name":"Beyoncé","views":9007199254740993}'.encode()


def test_an_answer_that_the_client_has_not_is_made_and_tagged() -> None:
    answer = unless_known(request('"another"'), FACTS, lambda: JSONAnswer({"a": 1}))

    assert (answer.status_code, bytes(answer.body)) == (200, b'{"a":1}')
    assert answer.headers["etag"].startswith('W/"')
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "known",
    [["{tag}"], ["{strong}"], ['"another", {tag}'], ['W/"a,b",{strong} ,"c"'], ['"another"', "{tag}"], ["*"], [" * "]],
    ids=["weak", "strong", "of a list", "of a list with commas", "of two headers", "any", "any, with spaces"],
)
def test_an_answer_that_the_client_has_is_never_made(known: Sequence[str]) -> None:
    tag = tag_of(FACTS)
    told = [tags.format(tag=tag, strong=tag.removeprefix("W/")) for tags in known]

    answer = unless_known(request(*told), FACTS, not_to_be_made)

    assert isinstance(answer, NotModified)
    assert (answer.status_code, answer.body) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("known", ["", "{bare}", '"{bare}', "W/", '"*"', '"x{bare}"'])
def test_what_is_not_the_tag_is_not_known(known: str) -> None:
    bare = tag_of(FACTS).removeprefix("W/").strip('"')

    assert unless_known(request(known.format(bare=bare)), FACTS, lambda: JSONAnswer(None)).status_code == 200


def test_the_tag_changes_with_each_fact_and_with_the_version() -> None:
    tags = [tag_of(FACTS), tag_of(FACTS | {"spotify": 2}), tag_of(FACTS | {"qq": 1}), tag_of(FACTS, version="1.1")]

    assert len(set(tags)) == 4


def test_the_tag_is_the_same_in_every_worker_however_a_mapping_is_ordered() -> None:
    assert tag_of({"deezer": None, "spotify": 1}) == tag_of(FACTS)

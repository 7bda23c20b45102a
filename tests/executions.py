"""What an execution tells, in a form to compare."""

from typing import Any

import orjson

from execution.executor import Answer

Told = tuple[bool, bytes, list[dict[str, Any]]]


def told(answer: Answer) -> Told:
    """Whether it was carried out, its data byte for byte, and its errors by their paths.

    Ids of errors differ by nature. Of the errors that made something null which they stand below, GraphQL asks for one
    and leaves open which: they are told once, by the path of that null.
    """
    body = orjson.loads(answer.body)
    data, errors = body.get("data"), body.get("errors", ())
    found = {orjson.dumps(_error(error, data), option=orjson.OPT_SORT_KEYS): _error(error, data) for error in errors}
    return answer.executed, orjson.dumps(data), [found[key] for key in sorted(found)]


def _error(error: dict[str, Any], data: Any) -> dict[str, Any]:
    path = error.get("path")
    if path is not None and (null := _null(path, data)) != path:
        return {"null": null, "path": null, "message": "below it"}
    kept = {name: value for name, value in error["extensions"].items() if name != "errorId"}
    return error | {"extensions": kept}


def _null(path: list[str | int], data: Any) -> list[str | int]:
    """Where on the path the first null stands."""
    for place, key in enumerate(path):
        if data is None:
            return path[:place]
        data = data[key]
    return path

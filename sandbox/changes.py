"""How named faults change a body that was right: its numbers, its lists, its pages, its dates."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.protocol import Ask

NAMESAKE = "Somebody Else"
# Around what is to stand in a body as it is, though JSON has no such value.
LITERALLY = "@@"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a change may look at: the request, the members that carry numbers, the day."""

    ask: Ask
    counts: frozenset[str]
    today: date


Change = Callable[[Any, Scene], Any]


def numbers(change: Callable[[int], Any]) -> Change:
    """Every number becomes what `change` makes of it; one that was a text stays one, where it stays a whole number."""

    def changed(body: Any, scene: Scene) -> Any:
        if isinstance(body, list):
            return [changed(item, scene) for item in body]
        if not isinstance(body, dict):
            return body
        return {
            name: _number(value, change) if name in scene.counts else changed(value, scene)
            for name, value in body.items()
        }

    return changed


def _number(value: Any, change: Callable[[int], Any]) -> Any:
    is_text = isinstance(value, str) and value.lstrip("-").isdigit()
    if not is_text and (isinstance(value, bool) or not isinstance(value, int)):
        return value
    became = change(int(value))
    return str(became) if is_text and type(became) is int else became


def literal(text: str) -> Callable[[int], str]:
    """What puts the text into the body as it is, without quotation marks."""
    return lambda _: f"{LITERALLY}{text}{LITERALLY}"


def three_digits(count: int) -> int:
    """Rounded down to three significant digits."""
    digits = str(count)
    return int(digits[:3] + "0" * len(digits[3:]))


def without_numbers(body: Any, scene: Scene) -> Any:
    """The members that carry numbers are not there."""
    if isinstance(body, list):
        return [without_numbers(item, scene) for item in body]
    if not isinstance(body, dict):
        return body
    return {name: without_numbers(value, scene) for name, value in body.items() if name not in scene.counts}


def without_containers(body: Any, scene: Scene) -> Any:
    """The lists that hold numbers are not there; without such lists, the objects that hold them aren't."""
    holding = list if _holds(body, scene, list) else dict

    def kept(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: kept(inner) for name, inner in value.items() if not _is_container(inner, scene, holding)}

    return kept(body)


def _holds(value: Any, scene: Scene, kind: type) -> bool:
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_container(one, scene, kind) or _holds(one, scene, kind) for one in inner)


def _is_container(value: Any, scene: Scene, kind: type) -> bool:
    if not isinstance(value, dict | list) or not isinstance(value, kind):
        return False
    if isinstance(value, dict):
        return bool(scene.counts & value.keys())
    rows = [row for row in value if isinstance(row, dict)]
    return any(scene.counts & row.keys() or _holds(row, scene, dict) for row in rows)


def objects_as_lists(body: Any, scene: Scene) -> Any:
    """Every object within the body is a list of one."""
    if isinstance(body, dict):
        return {
            name: [objects_as_lists(value, scene)] if isinstance(value, dict) else objects_as_lists(value, scene)
            for name, value in body.items()
        }
    return [objects_as_lists(item, scene) for item in body] if isinstance(body, list) else body


def lists_as_objects(body: Any, scene: Scene) -> Any:
    """Every list of objects is its first object."""
    return lists(lambda items: items[0] if items else {})(body, scene)


def lists(change: Callable[[list[Any]], Any]) -> Change:
    """Every list of objects becomes what `change` makes of it."""

    def changed(body: Any, scene: Scene) -> Any:
        if isinstance(body, dict):
            return {name: changed(value, scene) for name, value in body.items()}
        if isinstance(body, list) and all(isinstance(item, dict) for item in body):
            return change(body)
        return body

    return changed


def no_rows(body: Any, scene: Scene) -> Any:
    """Every list is empty, and so are the totals of pages."""
    if isinstance(body, list):
        return []
    if not isinstance(body, dict):
        return body
    return {
        name: 0 if name in ("total", "totalResults") and type(value) is int else no_rows(value, scene)
        for name, value in body.items()
    }


def namesake(body: Any, scene: Scene) -> Any:
    """Every name is somebody else's, and so are the numbers."""

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: NAMESAKE if name == "name" else renamed(inner) for name, inner in value.items()}

    return renamed(numbers(lambda count: count // 100 + 1)(body, scene))


def with_a_day_ahead(body: Any, scene: Scene) -> Any:
    """Lists of days have one that is still to come."""
    coming = f"{scene.today + timedelta(days=30)}T00:00:00+01:00"
    return _dated(lambda items: [*items, {**items[-1], "date": coming}])(body, scene)


def with_holes(body: Any, scene: Scene) -> Any:
    """Of lists of days every third is missing."""
    return _dated(lambda items: [item for number, item in enumerate(items, 1) if number % 3])(body, scene)


def _dated(change: Callable[[list[Any]], Any]) -> Change:
    return lists(lambda items: change(items) if items and "date" in items[0] else items)


def page(change: Callable[[Mapping[str, Any], Scene], Mapping[str, Any]]) -> Change:
    """What the body says of its page, changed; a body that isn't a page stays."""

    def changed(body: Any, scene: Scene) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get("page"), dict):
            return body
        return {**body, "page": {**body["page"], **change(body["page"], scene)}}

    return changed


def smaller_page(body: Any, scene: Scene, *, limit: int = 20) -> Any:
    """The page is shorter than was asked for, and says so."""
    if not isinstance(body, dict) or not isinstance(body.get("page"), dict):
        return body
    following = body["page"]["offset"] + limit
    more = {"next": target_with(scene.ask, offset=following) if following < body["page"]["total"] else None}
    return {**body, "items": body["items"][:limit], "page": {**body["page"], "limit": limit, **more}}


def target_with(ask: Ask, **changes: object) -> str:
    """The address that was asked for, with other parameters."""
    path, _, query = ask.target.partition("?")
    return f"{path}?{urlencode({**dict(parse_qsl(query)), **changes})}"

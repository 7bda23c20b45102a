"""OpenAPI 3.1, written from the table of routes: handlers' types and docstrings, parameters, codes and examples."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlsplit

import orjson
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from starlette.requests import Request
from starlette.responses import Response

from routes.answers import KEPT, NotModified, unless_known
from routes.examples import EXAMPLES, PROBLEMS
from routes.parameters import REFRESH, Parameter
from routes.problems import MEDIA_TYPE, RETRY_AFTER_S, STATUSES, Problem
from routes.row import Handler, Row
from services.errors import BadInput, Code, ServiceError

TITLE = "Kisum MusicData Analyst"
DESCRIPTION = """\
Artists' audience data: followers, listeners, popularity over time. The same and more is asked for in one query by
GraphQL, at [`/graphql`](/graphql).

**Keys.** Each of three headers takes one. A server on which none is configured answers its own machine alone, without.

**Absence.** What is unknown is `null`. All days are UTC days.

**Errors** are problem documents with a `code` for programs and a `requestId`, which every answer carries as
`X-Request-ID`: it leads to the line in the log.

**Caching.** Answers carry an `ETag`; who sends it back as `If-None-Match` is answered 304 while nothing has changed.
"""
SECURITY_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "X-Internal-API-Key": {"type": "apiKey", "in": "header", "name": "X-Internal-API-Key"},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the answer that the client has.",
    "schema": {"type": "string"},
}
_HEADERS = {
    "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "The client may keep the answer, and asks each time whether it still holds.",
        "schema": {"type": "string", "const": KEPT["Cache-Control"]},
    },
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}, "example": RETRY_AFTER_S}


def served(rows: Sequence[Row]) -> Handler:
    """A handler that answers the document of these rows, made when it is first asked for."""
    body = cache(partial(_encoded, tuple(rows)))

    async def openapi(request: Request) -> Response:
        found = body(request.app.state.about.version)
        return unless_known(request, found.decode(), lambda: Response(found, media_type="application/json"))

    return openapi


def openapi_document(rows: Sequence[Row], *, version: str) -> dict[str, Any]:
    """The document of these rows."""
    answers = {row.path: _answers(row.endpoint) for row in rows}
    schemas, components = _schemas(answers)
    codes = {code for row in rows for code in _codes(row)}
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": version, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": told} for name, told in dict(map(_tag, rows)).items()],
        "paths": {
            row.path: {method.lower(): _operation(row, method, answers[row.path], schemas) for method in row.methods}
            for row in rows
        },
        "components": {
            "schemas": components,
            "responses": {code.value: _problem(code) for code in Code if code in codes},
            "parameters": {"If-None-Match": _IF_NONE_MATCH},
            "headers": _HEADERS | {"Retry-After": _RETRY_AFTER},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _encoded(rows: Sequence[Row], version: str) -> bytes:
    return orjson.dumps(openapi_document(rows, version=version))


def _operation(row: Row, method: str, answers: Sequence[Any], schemas: Mapping[Any, Any]) -> dict[str, Any]:
    summary, _, description = (inspect.getdoc(row.endpoint) or "").partition("\n\n")
    is_kept = NotModified in answers
    parameters = [_parameter(row, parameter) for parameter in row.takes]
    return {
        "operationId": row.endpoint.__name__
        if method == row.methods[0]
        else f"{row.endpoint.__name__}_{method.lower()}",
        "tags": [_tag(row)[0]],
        "summary": summary.removesuffix("."),
        "description": " ".join(description.split()),
        "parameters": [*parameters, *([_ref("parameters", "If-None-Match")] if is_kept else [])],
        "responses": {str(row.status): _answered(row, answers, schemas, is_kept=is_kept)}
        | ({"304": {"description": "What the client has still holds."}} if is_kept else {})
        | {str(int(STATUSES[code])): _ref("responses", code) for code in _codes(row)},
        "security": [{name: []} for name in SECURITY_SCHEMES] if row.gated else [],
    }


def _parameter(row: Row, parameter: Parameter[Any]) -> dict[str, Any]:
    in_path, is_list = f"{{{parameter.name}}}" in row.path, parameter.schema["type"] == "array"
    given = _given(row)
    return {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "description": parameter.description,
        "required": in_path or _is_required(parameter),
        "schema": {key: value for key, value in parameter.schema.items() if key != "default" or not in_path},
        **({"style": "form", "explode": False} if is_list else {}),
        **({"example": _example_value(parameter, given[parameter.name])} if parameter.name in given else {}),
    }


def _is_required(parameter: Parameter[Any]) -> bool:
    try:
        parameter.read(parameter.name, None)
    except BadInput:
        return True
    return False


def _example_value(parameter: Parameter[Any], text: str) -> Any:
    return text if parameter.schema["type"] == "string" else parameter.read(parameter.name, text)


def _given(row: Row) -> dict[str, str]:
    """The parameters of the row's example, by name."""
    if row.path not in EXAMPLES:
        return {}
    asked = urlsplit(EXAMPLES[row.path][0].path)
    in_path = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", row.path), asked.path)
    return (in_path.groupdict() if in_path else {}) | dict(parse_qsl(asked.query))


def _answered(row: Row, answers: Sequence[Any], schemas: Mapping[Any, Any], *, is_kept: bool) -> dict[str, Any]:
    content = {}
    examples = {example.media_type: example.answer for example in reversed(EXAMPLES.get(row.path, ()))}
    for answer in answers:
        if answer is not NotModified:
            media_type = (get_origin(answer) or answer).media_type
            example = {"example": examples[media_type]} if media_type in examples else {}
            content[media_type] = {"schema": schemas.get(answer, {"type": "string"}), **example}
    headers = {"headers": {name: _ref("headers", name) for name in _HEADERS}} if is_kept else {}
    return {"description": "The answer.", **headers, "content": content}


def _problem(code: Code) -> dict[str, Any]:
    path, detail = PROBLEMS[code]
    status = STATUSES[code]
    example: Problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "instance": path,
        "requestId": "5d2f8c1e9ab04b7f8e6d3c2b1a0f9e8d",
    }
    headers = {"headers": {"Retry-After": _ref("headers", "Retry-After")}} if code is Code.UNAVAILABLE else {}
    content = {MEDIA_TYPE: {"schema": _ref("schemas", Problem.__name__), "example": example}}
    return {"description": f"`{code}`: {_meaning(code)}", **headers, "content": content}


def _meaning(code: Code) -> str:
    kinds = {kind.code: kind for kind in ServiceError.__subclasses__()}
    return (inspect.getdoc(kinds[code]) or "") if code in kinds else "A fault of ours."


def _codes(row: Row) -> Iterator[Code]:
    """The codes of the problems that the row may answer."""
    if row.takes:
        yield Code.BAD_USER_INPUT
    if row.gated:
        yield Code.UNAUTHENTICATED
    if REFRESH in row.takes:
        yield Code.FORBIDDEN
    yield from row.tells
    yield Code.INTERNAL
    if row.gated:
        yield Code.UNAVAILABLE


def _tag(row: Row) -> tuple[str, str]:
    """The noun of the row, and what its module says of it."""
    told = inspect.getdoc(inspect.getmodule(row.endpoint)) or ""
    return row.endpoint.__module__.rpartition(".")[2], told.partition("\n")[0]


def _answers(handler: Handler) -> tuple[Any, ...]:
    """The kinds of answer that the handler's type names."""
    returned = get_type_hints(handler)["return"]
    return get_args(returned) if get_origin(returned) in {Union, UnionType} else (returned,)


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _schemas(answers: Mapping[str, Sequence[Any]]) -> tuple[dict[Any, JsonSchemaValue], JsonSchemaValue]:
    """The schema of each answer that is JSON, and the components that they refer to."""
    kinds = {answer: get_args(answer)[0] for found in answers.values() for answer in found if get_args(answer)}
    mode: Literal["serialization"] = "serialization"
    found, definitions = TypeAdapter.json_schemas(
        [(answer, mode, TypeAdapter(kind)) for answer, kind in {**kinds, Problem: Problem}.items()],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    return {answer: schema for (answer, _), schema in found.items()}, definitions["$defs"]


class _Schemas(GenerateJsonSchema):
    """JSON Schema without a title for each field, and with null as one more type."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        return inner | {"type": [inner["type"], "null"]} if "type" in inner else super().nullable_schema(schema)

"""`generate`: the files that follow from a table, written; a house test fails when one is stale."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from routes import ROUTES
from routes.openapi import openapi_document
from routes.problems import STATUSES
from schema import printed_schema
from services.chart_collections import COLLECTIONS, RANK_FIELDS, ROWS, SCRAPED_AT_FIELDS, ChartCollection, RowKey
from services.charts import SITES, PageKind, SiteRow
from services.errors import Code, ServiceError
from services.freshness import POLICIES
from services.metrics import METRICS
from services.model.charts import MatchedBy
from services.platforms import Platform
from settings import ROOT, Settings, version

SETTINGS_BEGIN, SETTINGS_END = "<!-- settings: written by `make generate` -->", "<!-- /settings -->"
_WRITTEN = "<!-- Written by `make generate`; changes belong into {source}. -->"


def generate(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 when a file is stale.")] = False,
) -> None:
    """Write every file that follows from a table: schema, settings, metrics, charts, error codes, OpenAPI."""
    stale = [path for path, text in generated().items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        typer.echo(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(generated_text(path))
    if check and stale:
        raise typer.Exit(1)


def generated() -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    return {path: generated_text(path) for path in _FILES}


def generated_text(path: Path) -> str:
    """The text that the file should have."""
    return _FILES[path]()


def _env_example() -> str:
    lines = ["# Every setting, with its default. Copy this file to .env, or set the variables.", ""]
    for name, field in _settings():
        lines += [f"# {field.description}", f"# {name}={_default(field)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _readme() -> str:
    text = (ROOT / "README.md").read_text()
    before, _, rest = text.partition(SETTINGS_BEGIN)
    _, _, after = rest.partition(SETTINGS_END)
    rows = [f"| `{name}` | {_shown(field)} | {field.description} |" for name, field in _settings()]
    table = "\n".join(["| variable | default | |", "|---|---|---|", *rows])
    return f"{before}{SETTINGS_BEGIN}\n{table}\n{SETTINGS_END}{after}"


def _metrics() -> str:
    head = [
        _WRITTEN.format(source="`services/metrics.py` and `services/freshness.py`"),
        "# Metrics",
        "",
        "Whole numbers of 64 bits; null where unknown. Each is a row of `services/metrics.py`.",
        "",
        "| metric | GraphQL field | REST key | stored field | platform | what is counted |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{row.name.upper()}` | `{row.field}` | `{row.rest_key}` | `{row.name}` | {row.platform.label} "
        f"| {row.description} |"
        for row in METRICS
    ]
    return "\n".join([*head, *rows, "", *_freshness(), "", *_platforms()]) + "\n"


def _freshness() -> list[str]:
    rows = [
        f"| {policy.subject} | {policy.max_age.days} days | {policy.on_read} "
        f"| {int(policy.retry_after_failure.total_seconds() // 60)} minutes |"
        for policy in POLICIES
    ]
    head = [
        "| what | fresh while younger than | at a read that finds it stale | rest after a failure |",
        "|---|---|---|---|",
    ]
    return ["## Freshness", "", *head, *rows]


def _platforms() -> list[str]:
    rows = [f"| `{platform.name}` | {platform.label} | `platforms.{platform.value}.id` |" for platform in Platform]
    return ["## Platforms", "", "| platform | | where an artist's id is stored |", "|---|---|---|", *rows]


def _charts() -> str:
    rows = [
        f"| `{chart.stored}` | {chart.label} | `{chart.family.name}` | {_rows(chart)} | {_keys(chart)} "
        f"| {_named(chart.scope)} |"
        for chart in COLLECTIONS
    ]
    head = [
        _WRITTEN.format(source="`services/chart_collections.py` and `services/charts/pages/__init__.py`"),
        "# Charts",
        "",
        "A row that has an `artist_id` is that artist's alone; the other keys count where it is null, in their order.",
        f"The rank is read from {_named(RANK_FIELDS)}, the time of the scrape from {_named(SCRAPED_AT_FIELDS)}: the",
        "first that is there.",
        "",
        "| collection | | family | a row is | and an artist's by | scope |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, *(line for site in SITES.values() for line in _site(site))]) + "\n"


def _site(site: SiteRow) -> Iterator[str]:
    """The pages of a site, a row for each kind."""
    yield from ["", f"## {site.site.value.capitalize()}", ""]
    yield f"Pages under `{site.base_url}/`, and how who scrapes them calls them: `charts scrape {site.site} NAME`."
    yield from ["", "| page | called | collection | what it is known by | scraped by itself |", "|---|---|---|---|---|"]
    for kind in site.kinds:
        called = kind.name_of({part: f"{{{part}}}" for part in kind.parts})
        scope = ", ".join(f"`{name}: {value}`" for name, value in kind.scope.items())
        days = ", each day kept" if kind.is_archived else ""
        yield f"| `{kind.path}` | `{called}` | `{kind.collection.stored}` | {scope}{days} | {_usual(kind)} |"


def _usual(kind: PageKind) -> str:
    """What is scraped of the kind where nothing is chosen."""
    many = len(kind.usual)
    if many <= 1:
        return "yes" if many and not kind.parts else ", ".join(f"`{page.name}`" for page in kind.pages()) or "no"
    return ", ".join(f"`{page.name}`" for page in kind.pages()) if many < 10 else f"{many} of them"


def _rows(chart: ChartCollection) -> str:
    return f"one of `{ROWS}`" if chart.is_nested else "a document"


def _keys(chart: ChartCollection) -> str:
    return ", ".join(f"`{key.path}`{_how(key)}" for key in chart.keys)


def _how(key: RowKey) -> str:
    if key.matched_by is not MatchedBy.NAME:
        return ""
    return " (the whole, else its primary artist)" if key.is_credit else " (the name)"


def _named(fields: Iterable[str]) -> str:
    return ", ".join(f"`{field}`" for field in fields)


def _errors() -> str:
    meanings = {error.code: (error.__doc__ or "").partition("\n")[0] for error in ServiceError.__subclasses__()}
    meanings |= {
        Code.GRAPHQL_PARSE_FAILED: "The query is no GraphQL.",
        Code.GRAPHQL_VALIDATION_FAILED: "The query asks for what the schema doesn't have, or in a way that it doesn't.",
        Code.INTERNAL: "A fault of ours; `errorId` (GraphQL) or `requestId` (REST) is in the log beside its cause.",
    }
    rows = [f"| `{code}` | {int(STATUSES[code])} | {meanings[code]} |" for code in Code]
    return (
        "\n".join(
            [
                _WRITTEN.format(source="`services/errors.py` and `routes/problems.py`"),
                "# Error codes",
                "",
                "GraphQL has them in `extensions.code`, REST in `code` of its problem documents. The status is REST's,",
                "and GraphQL's where nothing was carried out and `application/graphql-response+json` is accepted.",
                "",
                "| code | status | |",
                "|---|---|---|",
                *rows,
            ]
        )
        + "\n"
    )


def _openapi() -> str:
    return json.dumps(openapi_document(ROUTES, version=version()), indent=2, ensure_ascii=False) + "\n"


def _settings() -> Iterator[tuple[str, FieldInfo]]:
    for name, field in Settings.model_fields.items():
        extra: Any = field.json_schema_extra or {}
        if not extra.get("internal"):
            yield name.upper(), field


def _default(field: FieldInfo) -> str:
    value = field.default
    return "" if value in (None, (), PydanticUndefined) else str(value)


def _shown(field: FieldInfo) -> str:
    value = _default(field)
    return f"`{value}`" if value else ""


_FILES: dict[Path, Callable[[], str]] = {
    ROOT / "schema" / "schema.graphql": printed_schema,
    ROOT / ".env.example": _env_example,
    ROOT / "README.md": _readme,
    ROOT / "docs" / "metrics.md": _metrics,
    ROOT / "docs" / "charts.md": _charts,
    ROOT / "docs" / "errors.md": _errors,
    ROOT / "docs" / "openapi.json": _openapi,
}

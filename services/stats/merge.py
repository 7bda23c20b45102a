"""The merge: what the providers said, made into what is stored. Values in, values out."""

from collections.abc import Sequence

from services.model.merge import Merged, Reading


def merged(readings: Sequence[Reading]) -> Merged:
    """One value a metric: of readings in tier order the first that has it. Within the native tier their order is fixed
    by the caller, not by who answered first.
    """
    values: dict[str, int] = {}
    sources: dict[str, str] = {}
    for reading in readings:
        for name, value in reading.values.items():
            if name not in values:
                values[name], sources[name] = value, reading.source
    return Merged(values, sources, _refresh_source(readings, frozenset(sources.values())))


def gaps(wanted: frozenset[str], readings: Sequence[Reading]) -> frozenset[str]:
    """The metrics that no reading has a value of."""
    return wanted - {name for reading in readings for name in reading.values}


def _refresh_source(readings: Sequence[Reading], gave: frozenset[str]) -> str | None:
    """What gave a value, as `viberate+songstats+native(genius,lastfm)`; None where nothing did."""
    tiers = [reading.source for reading in readings if not reading.native and reading.source in gave]
    natives = sorted(reading.source for reading in readings if reading.native and reading.source in gave)
    parts = [*tiers, *([f"native({','.join(natives)})"] if natives else [])]
    return "+".join(parts) or None

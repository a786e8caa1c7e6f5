"""A source as the text of its file: the keys in their order, defaults left out, Arabic as Arabic."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

import yaml

from crawlers.source import Source

_WIDTH = 110
_ALWAYS = ("id", "name", "country", "home", "language", "timezone", "enabled")


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as our files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def source_text(source: Source) -> str:
    """Text that loads as an equal source."""
    said = source.model_dump(mode="json", by_alias=True)
    plain = Source.model_validate({key: said[key] for key in _ALWAYS}).model_dump(mode="json", by_alias=True)
    lines = []
    for key, value in said.items():
        kept = _spelled(key, _without_defaults(value, plain[key]))
        if key in _ALWAYS or value != plain[key]:
            lines.append(_notes(str(value)) if key == "notes" else _dumped({key: kept}))
    return "".join(lines)


def _without_defaults(value: Any, default: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(default, dict):
        return value
    return {key: each for key, each in value.items() if each != default.get(key)} or value


def _spelled(key: str, value: Any) -> Any:
    """Durations and dates as people write them."""
    if key in ("cadence", "revisit"):
        return [_duration(each) for each in value] if isinstance(value, list) else _duration(value)
    if key == "politeness":
        return {name: _duration(each) if name == "delay" else each for name, each in value.items()}
    if key == "evidence":
        return [each | {"as_of": _day(each["as_of"])} for each in value]
    if key == "discover":
        sections = [{name: rule for name, rule in each.items() if rule} for each in value.get("sections", [])]
        return value | ({"sections": sections} if sections else {})
    if key == "reading":
        return {name: rule for name, rule in value.items() if rule}
    return value


def _day(text: str | None) -> date | str | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return text


def _duration(seconds: str) -> str:
    amount = float(seconds.removesuffix("s"))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if amount and amount % size == 0:
            return f"{amount / size:g}{unit}"
    return f"{amount:g}s"


def _notes(text: str) -> str:
    if "\n" in text or textwrap.dedent(text) != text or "  " in text:
        return _dumped({"notes": text})
    lines = textwrap.wrap(text, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return "notes: >-\n" + "".join(f"  {line}\n" for line in lines)


def _dumped(value: dict[str, Any]) -> str:
    """Lists of texts and single values one a line, everything else as short as it can be."""
    plain = all(not isinstance(each, dict) for key in value for each in _items(value[key]))
    style = False if plain else None
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=style, width=_WIDTH, indent=2
    )


def _items(value: Any) -> list[Any]:
    return [value] if isinstance(value, dict) else value if isinstance(value, list) else []

"""Sources as the choices of a form: enabled ones first, with their names in both languages.

A form sends back the choice as it stands; whoever starts a flow by the API may name plain ids. Both are allowed by
the form's schema, and both are understood."""

from __future__ import annotations

from collections.abc import Iterable

from crawlers.catalogue import Catalogue
from storage.errors import InvalidSource

_BETWEEN = " · "
ALL_OF_THEM: list[str] = []  # none chosen; a default that a schedule, which names no parameters, can do without


def source_choices(catalogue: Catalogue) -> list[str]:
    """Choices with names, enabled sources first; then the plain ids, for the API."""
    named: list[tuple[bool, str]] = []
    for source_id in catalogue:
        try:
            source = catalogue[source_id]
        except InvalidSource:  # one broken file must not take the form away; crawling it says what is wrong
            named.append((True, source_id))
            continue
        names = dict.fromkeys((source.name.ar, source.name.en))
        named.append((not source.enabled, _BETWEEN.join([source_id, *names])))
    return list(dict.fromkeys([*(label for _, label in sorted(named)), *catalogue]))


def chosen_ids(choices: Iterable[str]) -> list[str]:
    """The ids of choices, in their order, each once."""
    return list(dict.fromkeys(choice.partition(_BETWEEN)[0].strip() for choice in choices))

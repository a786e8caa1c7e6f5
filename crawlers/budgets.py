"""How far finding articles may go in one run: named budgets, so that no trap is endless.

A calendar, a sitemap that lists itself, addresses that change at every request: each ends at one of these, and the
report names it. WARRAQ_BUDGETS=name=number,… changes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

SETTING: Final = "WARRAQ_BUDGETS"


@dataclass(frozen=True, slots=True)
class Budget:
    crawl: int  # in a run of `warraq crawl`
    backfill: int  # in a run of `warraq backfill`
    what: str  # what it counts


BUDGETS: Final[Mapping[str, Budget]] = {
    "link_pages": Budget(3_000, 50_000, "pages that name articles"),
    "sitemaps": Budget(500, 10_000, "sitemap files"),
    "sitemap_depth": Budget(4, 4, "sitemap indexes in one another"),
    "section_pages": Budget(50, 2_000, "pages of one section"),
    "archive_pages": Budget(10, 10_000, "days or months of a date archive"),
    "probed_pages": Budget(12, 12, "feeds, sitemaps and sections that a home page names"),
    "ids": Budget(0, 20_000, "article numbers asked for"),
    "new_urls": Budget(100_000, 1_000_000, "new article URLs"),
    "query_variants": Budget(500, 5_000, "URLs that differ in nothing but their query"),
}
MAX_PATH_STEPS = 20  # of a URL; an article's has six or fewer
MAX_SAME_STEP = 2  # times one step may stand in a path: /a/b/a/b/a is a trap


@dataclass(slots=True)
class Budgets:
    """What one run has spent. `say` is told once of each budget that is used up."""

    say: Callable[[str], None]
    backfill: bool = False
    changed: Mapping[str, int] = field(default_factory=dict)  # by name; the others are as above
    spent: Counter[str] = field(default_factory=Counter)  # by name, or `name of-what` for those that count each apart
    told: set[str] = field(default_factory=set)

    def limit(self, name: str) -> int:
        budget = BUDGETS[name]
        return self.changed.get(name, budget.backfill if self.backfill else budget.crawl)

    def spend(self, name: str, where: str, of: str = "") -> bool:
        """Take one, unless none is left. `of`: what it is counted for, such as one section."""
        key = f"{name} {of}"
        if self.spent[key] >= self.limit(name):
            self.tell(name, where)
            return False
        self.spent[key] += 1
        return True

    def tell(self, name: str, where: str) -> None:
        if name not in self.told:
            self.told.add(name)
            most = self.limit(name)
            self.say(
                f"budget {name}: more than {most:,} {BUDGETS[name].what}; {where} and what follows is left alone; "
                f"{SETTING}={name}={max(most * 2, 10)} allows more"
            )


def is_endless(path: str) -> bool:
    """Whether a path looks like those that a site with a wrong relative link makes without end."""
    steps = [step for step in path.split("/") if step]
    return len(steps) > MAX_PATH_STEPS or any(count > MAX_SAME_STEP for count in Counter(steps).values())

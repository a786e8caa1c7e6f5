"""What the pages of a site say of its publisher: name, language, country, time zone, and what software it runs on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawlers.probing.site import Answer, Site

UNKNOWN_COUNTRY = "ZZ"  # ISO 3166-1 leaves it to users; CLDR means "unknown" by it
_ZONES = """
AE=Asia/Dubai BH=Asia/Bahrain DE=Europe/Berlin DJ=Africa/Djibouti DZ=Africa/Algiers EG=Africa/Cairo
ER=Africa/Asmara FR=Europe/Paris GB=Europe/London IL=Asia/Jerusalem IQ=Asia/Baghdad IR=Asia/Tehran
JO=Asia/Amman KM=Indian/Comoro KW=Asia/Kuwait LB=Asia/Beirut LY=Africa/Tripoli MA=Africa/Casablanca
MR=Africa/Nouakchott OM=Asia/Muscat PS=Asia/Gaza QA=Asia/Qatar RU=Europe/Moscow SA=Asia/Riyadh
SD=Africa/Khartoum SO=Africa/Mogadishu SY=Asia/Damascus TD=Africa/Ndjamena TN=Africa/Tunis TR=Europe/Istanbul
YE=Asia/Aden
"""
ZONES = dict(pair.split("=") for pair in _ZONES.split())  # by country; the largest one where there are several
_GENERATORS = ("WordPress", "Drupal", "Joomla", "Blogger", "vBulletin", "TYPO3", "SPIP", "DataLife Engine", "Ghost")
_MARKS = (
    ("WordPress", re.compile(r"/wp-(?:content|includes|json)/")),
    ("Drupal", re.compile(r"/sites/(?:default|all)/|drupal-settings-json|Drupal\.settings|[?&]q=node/")),
    ("Joomla", re.compile(r"/media/jui/|option=com_content|/components/com_")),
    ("Blogger", re.compile(r"blogger\.com/|\.blogspot\.com|/feeds/posts/default")),
    ("vBulletin", re.compile(r"vbulletin|showthread\.php|forumdisplay\.php", re.IGNORECASE)),
    ("ASP.NET WebForms", re.compile(r"__VIEWSTATE")),
    ("Arc XP", re.compile(r"/arc/outboundfeeds/|/pf/resources/")),
    ("Next.js", re.compile(r"/_next/static/|__NEXT_DATA__")),
    ("Nuxt", re.compile(r"/_nuxt/|__NUXT__")),
)
_NEWS_TYPES = re.compile(r"NewsArticle|ReportageNewsArticle|\bArticle\b|BlogPosting")
_OFFSET = re.compile(r"T\d\d:\d\d(?::\d\d)?(?:\.\d+)?([+-]\d\d:?\d\d)\b|\d\d:\d\d:\d\d ([+-]\d{4})\b")
_SPLIT = re.compile(r"\s+[|\-\N{EN DASH}\N{EM DASH}\N{BULLET}»:]\s+")
_ARABIC = re.compile("[\N{ARABIC LETTER HAMZA}-\N{ARABIC LETTER YEH}]")


@dataclass(frozen=True, slots=True)
class Facts:
    """None and empty: the pages do not say."""

    name_ar: str | None
    name_en: str | None
    language: str | None
    country: str | None
    country_from: str  # what says so
    offset: str | None  # of dates, such as +0300
    charset_declared: str | None
    charset_used: str
    software: str
    json_ld: bool  # of an article, on some page
    amp: bool


def facts_of(site: Site) -> Facts:
    home = site.home
    pages = [answer for answer in site.answers.values() if answer.is_ok and answer.is_html]
    country, why = _country(site, pages)
    ar, en = _names(site, pages)
    return Facts(
        name_ar=ar,
        name_en=en,
        language=_language(pages),
        country=country,
        country_from=why,
        offset=_offset(site),
        charset_declared=home.text.charset_declared,
        charset_used=home.text.charset_used,
        software=_software(site),
        json_ld=any(_NEWS_TYPES.search(str(block.get("@type", ""))) for each in pages for block in json_ld(each)),
        amp=any(each.page.css("link[rel=amphtml]") or "<html amp" in each.text.text[:500] for each in pages),
    )


def json_ld(answer: Answer) -> Iterator[dict[str, Any]]:
    """The blocks of a page, those of a graph one by one."""
    for text in answer.page.css('script[type="application/ld+json"]::text').getall():
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        blocks = found if isinstance(found, list) else [found]
        for block in blocks:
            if isinstance(block, dict):
                graph = block.get("@graph")
                yield from (each for each in graph if isinstance(each, dict)) if isinstance(graph, list) else (block,)


def zone_for(facts: Facts) -> tuple[str, str]:
    """A time zone and what it rests on."""
    if facts.country in ZONES:
        return ZONES[facts.country], f"by country {facts.country}"
    if facts.offset and facts.offset[3:] == "00":
        hours = int(facts.offset[:3])
        return (f"Etc/GMT{-hours:+d}" if hours else "UTC"), f"by dates with {facts.offset}"
    return "UTC", "not known"


def _language(pages: list[Answer]) -> str | None:
    found = [each.page.css("html::attr(lang)").get() or "" for each in pages]
    counts = Counter(lang.replace("_", "-").split("-")[0].strip().lower() for lang in found if lang.strip())
    if counts:
        return counts.most_common(1)[0][0][:8] or None
    letters = "".join(each.text.text[:20_000] for each in pages[:3])
    return "ar" if len(_ARABIC.findall(letters)) > 200 else None


def _country(site: Site, pages: list[Answer]) -> tuple[str | None, str]:
    """From the host's ending, then from what the pages call their region."""
    ending = (urlsplit(site.home.url).hostname or "").rpartition(".")[2].upper()
    ending = {"UK": "GB"}.get(ending, ending)
    if ending in ZONES:
        return ending, "the host's ending"
    said: Counter[str] = Counter()
    for each in pages:
        regions = [
            each.page.css("html::attr(lang)").get(),
            each.page.css('[property="og:locale"]::attr(content)').get(),
        ]
        for text in regions:
            found = re.fullmatch(r"[a-z]{2,3}[-_]([A-Za-z]{2})", text or "")
            if found and found[1].upper() in ZONES:
                said[found[1].upper()] += 1
    return (said.most_common(1)[0][0], "the pages' locale") if said else (None, "nothing")


def _names(site: Site, pages: list[Answer]) -> tuple[str | None, str | None]:
    """The Arabic and the Latin name, each the one most pages give."""
    said: Counter[str] = Counter()
    for each in pages:
        names = each.page.css('[property="og:site_name"]::attr(content)').getall()
        for block in json_ld(each):
            publisher = block.get("publisher")
            owner = publisher if isinstance(publisher, dict) else block
            if "Organization" in str(owner.get("@type", "")) or owner.get("@type") == "WebSite":
                names += [value for value in (owner.get("name"), owner.get("alternateName")) if isinstance(value, str)]
        said.update({" ".join(name.split()): 3 for name in names if 1 < len(name.strip()) < 60})
    for feed in site.feeds:
        title = re.search(rb"<title[^>]*>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", feed.body[:5000], re.DOTALL)
        if title is not None:
            said.update(_parts(title[1].decode("utf-8", "replace")))
    titles = [" ".join((each.page.css("title::text").get() or "").split()) for each in pages]
    said.update(part for title in titles for part in _parts(title))
    ranked = [name for name, _ in said.most_common()]
    arabic = next((name for name in ranked if _ARABIC.search(name)), None)
    return arabic, next((name for name in ranked if not _ARABIC.search(name) and re.search("[A-Za-z]", name)), None)


def _parts(title: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(title) if 1 < len(part.strip()) < 60]


def _offset(site: Site) -> str | None:
    """The offset from UTC that most dates of feeds and pages bear, if they all but agree and it is not zero."""
    texts = [answer.body[:200_000].decode("ascii", "ignore") for answer in site.answers.values() if answer.is_ok]
    found = Counter((one or other).replace(":", "") for text in texts for one, other in _OFFSET.findall(text))
    return found.most_common(1)[0][0] if found else None


def _software(site: Site) -> str:
    home = site.home
    generator = " ".join(home.page.css('meta[name="generator" i]::attr(content)').getall()) if home.is_html else ""
    named = next((name for name in _GENERATORS if name.lower() in generator.lower()), None)
    if named:
        return named
    text = home.text.text if home.is_html else ""
    return next((name for name, mark in _MARKS if mark.search(text)), "")

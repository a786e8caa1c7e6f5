"""The title of an article: without the site's suffix, as the reader sees it.

The visible headline is trusted where a machine-readable one (JSON-LD, og, <title>) agrees with it; a page
may have no h1 or nine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from crawlers.extraction.arabic import folded, one_line, without_direction
from crawlers.extraction.metadata import Metadata, text_in
from crawlers.extraction.page import Element, ancestors, marks, selected_texts, short_text, text_of
from crawlers.source import Source

_SEPARATOR = re.compile(r"\s+[|\-–—»«:·•]+\s+|\s*\|\s*|\s*::\s*")
_AGREES = 0.75  # shared words among those of the longer one; quotes and a late edit differ, stories do not
_MIN_PART = 0.4  # of the letters; a heading that is less of a <title> is the site's name in it
_MIN_WORDS_LEFT = 3
_MAX_SUFFIX_WORDS = 5
_MAX_NAME_WORDS = 3
_TITLE_MARK = re.compile(r"title|headline|titr|entry-name|post-name")
_MAX_TITLE_CHARS = 300
_PROSE_CHARS = 80
_MIN_PARAGRAPHS = 2
_FONT_SIZE = re.compile(r"\+?([1-7])")
_BASE_FONT = 3


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    element: Element | None  # where it stands on the page; None: only in the head


def find_title(tree: Element, metadata: Metadata, source: Source) -> Title | None:
    """The best title of a page; None if it has none at all."""
    ruled = selected_texts(tree, source.reading.title)
    if ruled:
        return Title(_clean(ruled[0]), next(iter(tree.cssselect(source.reading.title))))
    sites = site_names(metadata, source)
    named = [claimed for claimed in _machine_titles(tree, metadata) if folded(claimed) not in sites]
    shorter = [_without_site(claimed, sites) for claimed in named]
    for tag in ("h1", "h2"):
        headings = _headings(tree, tag)
        for claimed in named:
            best = max(headings, key=lambda title: _agreement(title.text, claimed), default=None)
            if best is not None and _agreement(best.text, claimed) >= _AGREES:
                return _without_kicker(best, {*map(folded, named), *map(folded, shorter)})
    alone = [title for title in _headings(tree, "h1") if _stands_alone(title, sites)]
    if len(alone) == 1:
        return alone[0]
    for claimed, short in zip(named[:1], shorter[:1], strict=True):
        whole = _standing(tree, claimed)
        place = whole if whole is not None else _standing(tree, short)
        place = place if place is not None else _behind_a_name(tree, claimed)
        if place is None and len(named) == 1 and (loud := _loudest(tree, sites)) is not None:
            return loud
        return Title(_clean(text_of(place)) if place is not None else short, place)
    return next(iter(_headings(tree, "h1")), None)


def _without_kicker(title: Title, named: set[str]) -> Title:
    """Without a child that machines do not name as part of the title: "عاجل", a section, a subtitle."""
    if title.element is None or folded(title.text) in named:
        return title
    for child in title.element.iterdescendants():
        own = _clean(text_of(child)) if isinstance(child.tag, str) else ""
        for rest in (title.text.removeprefix(own).strip(), title.text.removesuffix(own).strip()):
            if own and rest != title.text and folded(rest) in named:
                return Title(rest.strip(" :|-–—"), title.element)
    return title


def _stands_alone(title: Title, sites: set[str]) -> bool:
    """Whether a heading is a headline and no link to another page, nor the publisher's name."""
    words = folded(title.text)
    if title.element is None or len(words.split()) < _MIN_WORDS_LEFT or any(site in words for site in sites):
        return False
    linked = title.element.find(".//a") is not None or _in_link(title.element)
    return not linked and not any(
        one.tag == "header" and one.getparent().tag == "body" for one in ancestors(title.element)
    )


def _headings(tree: Element, tag: str) -> list[Title]:
    """Shown headings of one rank that have a text, in page order."""
    titles = (Title(_clean(text_of(heading)), heading) for heading in tree.iter(tag) if _shown(heading))
    return [title for title in titles if title.text]


def _machine_titles(tree: Element, metadata: Metadata) -> list[str]:
    headlines = [text_in(item, "headline") for item in metadata.articles()]
    shared = [metadata.first("og:title"), metadata.first("twitter:title"), metadata.first("title", "dc.title")]
    found = tree.find(".//title")
    own = text_of_title(found) if found is not None else None
    if len([one for one in headlines if one]) > 1:  # several stories: only one that the page's own title names
        headlines = [one for one in headlines if one and own and _agreement(one, own) >= _AGREES]
    every = [_clean(text) for text in (*headlines, *shared, own) if text]
    return list(dict.fromkeys(text for text in every if text))


def text_of_title(element: Element) -> str:
    return one_line(element.text_content())


def _agreement(heading: str, claimed: str) -> float:
    """1.0 where the heading opens or ends the claimed title and is most of it (the rest is the site's
    name and section), else the share of common words among those of the longer one."""
    short, long = folded(heading), folded(claimed)
    if not short or not long:
        return 0.0
    part = f"{long} ".startswith(f"{short} ") or f" {long}".endswith(f" {short}")
    if part and len(short) >= _MIN_PART * len(long):
        return 1.0
    one, other = set(short.split()), set(long.split())
    return len(one & other) / max(len(one), len(other))


def _without_site(text: str, sites: set[str]) -> str:
    """Cut what stands before the first or after the last separator while it is the site's name; once, at the
    end, also what is short beside the rest: a section, or a name that we do not know."""
    short_may_go = True
    while cuts := list(_SEPARATOR.finditer(text)):
        first, last = cuts[0], cuts[-1]
        if _names_site(text[: first.start()], sites):
            text = text[first.end() :].strip()
            continue
        before, after = text[: last.start()].strip(), text[last.end() :].strip()
        named = _names_site(after, sites)
        short = len(folded(after).split()) <= _MAX_SUFFIX_WORDS and last[0].strip() not in (":", "«", "»")
        if len(folded(before).split()) < _MIN_WORDS_LEFT or not (named or (short and short_may_go)):
            return text
        short_may_go = short_may_go and named
        text = before
    return text


def _names_site(part: str, sites: set[str]) -> bool:
    name = folded(part)
    return name in sites or any(
        f" {site} " in f" {name} " and len(name.split()) <= len(site.split()) + 3 for site in sites
    )


def site_names(metadata: Metadata, source: Source) -> set[str]:
    """What a publisher calls itself, folded."""
    host = source.home.split("/")[2].removeprefix("www.").rsplit(".", 1)[0]
    names = [metadata.first("og:site_name", "application-name"), source.name.ar, source.name.en, host]
    return {folded(name) for name in names if name}


def name_in_title(tree: Element, title: Title) -> set[str]:
    """What stands beside the headline in the page's <title>, folded: the publisher's name, or a section."""
    found = tree.find(".//title")
    whole = text_of_title(found) if found is not None else ""
    if title.text not in whole:
        return set()
    parts = (folded(part) for beside in whole.split(title.text) for part in _SEPARATOR.split(f" {beside} "))
    return {part for part in parts if part and len(part.split()) <= _MAX_SUFFIX_WORDS}


def _standing(tree: Element, text: str) -> Element | None:
    """Where a title that is in no h1 stands on the page: the longest heading or element marked as title that is
    the text, or all of it but the site's name."""
    best, size, wanted = None, 0, folded(text)
    for element in tree.iter("h2", "h3", "h4", "div", "span", "p", "td", "strong", "b", "font"):
        named = element.tag in ("h2", "h3", "h4") or _TITLE_MARK.search(marks(element))
        if named or folded(short_text(element, _MAX_TITLE_CHARS)) == wanted:
            shown = _clean(text_of(element)) if len(element) < 10 and _shown(element) else ""
            if len(shown) > size and _agreement(shown, text) == 1.0 and not _in_link(element):
                best, size = element, len(shown)
    return best


def _behind_a_name(tree: Element, claimed: str) -> Element | None:
    """Where the page shows a title without a name that stands before it in its head: "النهر: …", "النهر - …"."""
    cut = _SEPARATOR.search(claimed.replace(": ", " : "))
    name, _, rest = claimed.partition(": ") if cut is None or ":" in cut[0] else claimed.partition(cut[0])
    if not rest or len(name.split()) > _MAX_NAME_WORDS or len(rest.split()) < _MIN_WORDS_LEFT:
        return None
    return _standing(tree, rest)


def _loudest(tree: Element, sites: set[str]) -> Title | None:
    """The headline of a page whose <title> is on all pages the same: its only heading of a rank, the only
    text that is marked as a title, or what is printed largest in old <font> tags."""
    ranked = ([title for title in _headings(tree, tag) if _stands_alone(title, sites)] for tag in ("h2", "h3", "h4"))
    only = [alone[0] for alone in ranked if len(alone) == 1]
    if only:
        return next((title for title in only if not _stands_in_prose(tree, title)), only[0])
    marked = {
        folded(text): Title(text, element)
        for element in tree.iter("div", "span", "td", "p", "b", "strong", "font")
        if _TITLE_MARK.search(marks(element))
        and _shown(element)
        and (text := _clean(short_text(element, _MAX_TITLE_CHARS)))
        and _stands_alone(Title(text, element), sites)
    }
    if len(marked) == 1:
        return next(iter(marked.values()))
    sizes: dict[int, list[Element]] = {}
    for element in tree.iter("font"):
        size = _FONT_SIZE.fullmatch(element.get("size") or "")
        text = short_text(element, _MAX_TITLE_CHARS) if size is not None else ""
        if (
            size is not None
            and len(text.split()) >= _MIN_WORDS_LEFT
            and not text.endswith(".")
            and not _in_link(element)
        ):
            sizes.setdefault(int(size[1]) + (_BASE_FONT if "+" in size[0] else 0), []).append(element)
    largest = sizes.get(max(sizes, default=0), [])
    if len(largest) != 1 or len(sizes) < 2 or largest[0].find(".//a") is not None:
        return None
    return Title(_clean(text_of(largest[0])), largest[0])


def _stands_in_prose(tree: Element, title: Title) -> bool:
    """Whether two paragraphs or more stand before a heading: it is one of a part of the story, then."""
    above = takewhile(lambda element: element is not title.element, tree.iter("p", "h2", "h3", "h4"))
    return sum(1 for one in above if one.tag == "p" and len(one.text_content()) >= _PROSE_CHARS) >= _MIN_PARAGRAPHS


def _in_link(element: Element) -> bool:
    return any(one.tag == "a" for one in ancestors(element))


def _shown(element: Element) -> bool:
    return not any(one.tag in ("footer", "aside", "nav", "noscript", "template") for one in ancestors(element))


def _clean(text: str) -> str:
    return one_line(without_direction(text))[:_MAX_TITLE_CHARS]

"""Section pages of a site that is being looked at: which they are, and how their older pages are reached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from parsel import Selector, SelectorList

from crawlers.probing.families import Family, Standing, is_headline
from crawlers.probing.shapes import shape_of
from crawlers.probing.site import Answer, Site

MAX_SECTIONS = 30
_MIN_ARTICLES = 2  # that a page links to, to be a list of articles
_NOT_SECTIONS = re.compile(
    r"about|contact|privac|polic|terms|login|signin|sign-?up|register|account|subscri|newsletter|search|rss|feeds?\b"
    r"|advert|\bads?\b|sitemap|jobs?\b|careers|cart|donat|support|help|faq|guest|share|print|live|stream|radio"
    r"|author|writer|staff|wp-|cdn-cgi|facebook|twitter|telegram|whatsapp|youtube|instagram|\.(?:jpe?g|png|gif|pdf|mp[34]|xml)$"
    r"|اتصل|من نحن|سياسة الخصوصية|الخصوصية|تسجيل|دخول|اشترك|إعلان|أعلن معنا|بث مباشر|البث|زوار|خريطة|بحث|شروط",
    re.IGNORECASE,
)
_OLDER_WORDS = re.compile(r"أقدم|السابقة|التالي|المزيد|older|previous|next|more|»|›", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists articles, which of them, and how its second page is reached if that is known."""

    url: str
    articles: frozenset[str]
    pages: str | None = None  # "?page={n}", for the source file
    older: str | None = None  # css, for the source file


def articles_on(site: Site, answer: Answer, families: Sequence[Family]) -> frozenset[str]:
    """URLs of likely articles that a page links to."""
    likely = {url for family in families if family.standing >= Standing.LIKELY for url in family.urls}
    return frozenset(url for url, _ in site.own_links(answer) if url in likely)


def section_candidates(site: Site, families: Sequence[Family]) -> list[str]:
    """Links of the home page that may lead to lists of articles, those in its navigation first."""
    articles = {url for family in families for url in family.urls}
    nav = set(site.home.page.css("nav a::attr(href), header a::attr(href), [class*=menu] a::attr(href)").getall())
    inside = {urljoin(site.home.url, href).partition("#")[0] for href in nav}
    found = []
    for url, words in site.own_links(site.home):
        shape = shape_of(url)
        if url in articles or shape is None or not (shape.steps or shape.params) or is_headline(words):
            continue
        if _NOT_SECTIONS.search(unquote(urlsplit(url).path)) or _NOT_SECTIONS.search(words) or _page_number(url):
            continue
        if words.isdigit() or _OLDER_WORDS.fullmatch(words.strip(" \N{NO-BREAK SPACE}«»<>›‹")):
            continue
        found.append(url)
    return sorted(dict.fromkeys(found), key=lambda url: url not in inside)


def listings_of(site: Site, families: Sequence[Family]) -> list[Listing]:
    """The home page and the fetched sections that list articles."""
    candidates = set(section_candidates(site, families))
    found = []
    for answer in [site.home, *(each for url, each in site.answers.items() if url in candidates)]:
        articles = articles_on(site, answer, families) if answer.is_ok else frozenset()
        if len(articles) >= _MIN_ARTICLES:
            found.append(Listing(answer.url, articles))
    return found


def page_guesses(site: Site, listing: Listing) -> list[str]:
    """Where the second page of a list may be: a link on it that differs by a 2, a link to what is older, or a guess."""
    answer = next(each for each in site.answers.values() if each.url == listing.url)
    numbered = [url for url, words in site.own_links(answer) if _page_template(listing.url, url, words)]
    older = [url for url, words in site.own_links(answer) if _is_older(url, words, listing)]
    rel = answer.page.css("a[rel~=next]::attr(href), link[rel~=next]::attr(href)").getall()
    linked = [*(urljoin(answer.url, href) for href in rel), *numbered, *older]
    if linked:
        return linked[:1]
    if listing.url == site.home.url:
        return []
    joint = "&" if "?" in listing.url else "?"
    return [f"{listing.url}{joint}page=2"]


def paged(site: Site, listing: Listing, families: Sequence[Family]) -> Listing:
    """The list with the way to its older pages, if its second page was fetched and brings other articles."""
    answer = next(each for each in site.answers.values() if each.url == listing.url)
    for guess in page_guesses(site, listing):
        second = site.get(guess)
        if not second.is_ok or not articles_on(site, second, families) - listing.articles:
            continue
        words = next((text for url, text in answer.links if url == guess), "2")
        template = _page_template(listing.url, guess, words)
        if template is not None:
            return Listing(listing.url, listing.articles, pages=template)
        rule = _rule_for_link(answer, guess)
        if rule is not None:
            return Listing(listing.url, listing.articles, older=rule)
    return listing


def _is_older(url: str, words: str, listing: Listing) -> bool:
    return (
        url != listing.url
        and url not in listing.articles
        and len(words.split()) <= 4
        and bool(_OLDER_WORDS.search(words))
    )


def _page_number(url: str) -> bool:
    return bool(re.search(r"[?&/](?:page|p|pg|paged)[=/]\d+", url))


def _page_template(listing: str, second: str, words: str) -> str | None:
    """What a source file has in `pages` for a list whose second page this is: `?page={n}`, `/archive.asp?p={n}`.

    None unless the URL says "2" where pages are counted: behind a word for it, or where the list's own has a 1, or
    in a link that is called "2" or "older"."""
    for pattern in (r"([?&](?:page|p|pg|paged|pagenum|pageno|PageNo)=)2(?=&|$)", r"(/(?:page|p|pages)/)2(?=/|$)"):
        if re.search(pattern, second):
            return _relative(re.sub(pattern, r"\g<1>{n}", _path(second)), listing)
    first, other = re.findall(r"\d+|\D+", _path(listing)), re.findall(r"\d+|\D+", _path(second))
    differs = [at for at, (one, two) in enumerate(zip(first, other, strict=False)) if one != two]
    if len(first) == len(other) and len(differs) == 1 and (first[differs[0]], other[differs[0]]) == ("1", "2"):
        other[differs[0]] = "{n}"
        return _relative("".join(other), listing)
    if (words.strip() == "2" or _OLDER_WORDS.search(words)) and re.search(r"[?&][\w-]+=2$", second):
        return _relative(_path(second)[:-1] + "{n}", listing)
    return None


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _relative(template: str, listing: str) -> str:
    """The template without the path, where that is the list's own."""
    path, mark, query = template.partition("?")
    return mark + query if mark and path == (urlsplit(listing).path or "/") else template


def _rule_for_link(answer: Answer, url: str) -> str | None:
    """A selector, or an XPath by the link's words, that finds this link and no other of the page."""
    for link in answer.page.css("a[href]"):
        if urljoin(answer.url, link.attrib["href"]).partition("#")[0] != url:
            continue
        own = [f"a.{name}" for name in link.attrib.get("class", "").split()]
        own += [f"a#{link.attrib['id']}"] if link.attrib.get("id") else []
        for css in own:
            if re.fullmatch(r"[\w.#-]+", css) and _targets(answer, answer.page.css(css)) == {url}:
                return css
        words = " ".join(" ".join(link.xpath(".//text()").getall()).split())
        xpath = f'//a[normalize-space()="{words}"]'
        if words and '"' not in words and _targets(answer, answer.page.xpath(xpath)) == {url}:
            return xpath
    return None


def _targets(answer: Answer, links: SelectorList[Selector]) -> set[str]:
    return {urljoin(answer.url, each).partition("#")[0] for each in links.xpath("@href").getall()}

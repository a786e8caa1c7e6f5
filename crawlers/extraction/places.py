"""Elements of a page that are not the story, told by what they are called and how they are built.

Names are words of class and id, as content systems and their themes use them the world over; structure is
that of a list of other stories: several neighbours alike, each of them led by a link. What holds much of the
page's prose is never taken for furniture, whatever it is called: names are put on large things too."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from crawlers.extraction.arabic import words
from crawlers.extraction.lines import ENDS, HEADINGS, Page, Part, lines_of
from crawlers.extraction.page import Element

_NEVER: Final = frozenset(
    (
        *("nav", "aside", "form", "button", "figcaption", "footer", "dialog", "menu", "label", "marquee", "audio"),
        *("video", "amp-sidebar", "amp-ad", "amp-social-share", "amp-list", "input", "canvas", "object", "embed"),
    )
)
_WORDS: Final = words(
    """
    share shares sharing sharer socials social addtoany addthis sharedaddy sharebar sharethis related relatedposts
    relatednews relatedarticles readalso readmore alsoread seealso breadcrumb breadcrumbs crumb crumbs newsletter
    subscribe subscription mailchimp advert adverts advertisement advertising ads adsense adsbygoogle adspot adbox
    sponsor sponsored outbrain taboola mgid dfp gpt authorbox aboutauthor biography comment comments commentlist
    commentform respond disqus livefyre rating ratings poll polls survey pagination pager nextprev prevnext toolbar
    ticker breaking marquee mostread mostviewed popular trending recommended recommendations recommend suggested
    suggestions donate donation paywall toc irp
    youmaylike sidebar offcanvas navbar navigation nav menu submenu modal popup lightbox cookie cookies
    gdpr login signin signup register search appdownload downloadapp instagram tiktok screenreader tooltip dropdown
    """
)
# Facts for machines in elements that style sheets hide.
_PROPERTIES: Final = words(
    """
    image logo url publisher mainentityofpage datepublished datemodified datecreated author creator copyrightholder
    commentcount interactionstatistic keywords thumbnailurl contenturl embedurl uploaddate
    """
)
# Only where the element is short: the same words stand on whole pages.
_WEAK_WORDS: Final = words(
    """
    tag tags tagcloud keyword keywords label labels category categories cat kicker overline caption captions credit
    credits copyright copyrights imagedesc byline author authors writer meta info postmeta submitted editor date
    time clock datetime timestamp published updated views hits counter readtime readingtime source via print email
    follow followus whatsapp telegram googlenews google app apps download promo promotion ad banner banners inject
    injected embed tweet player playlist more next prev previous latest
    """
)
_PAIRS: Final = words(
    """
    read-also also-read read-more see-also most-read most-viewed author-box author-bio about-author author-info
    sr-only visually-hidden screen-reader next-prev prev-next post-navigation nav-links app-download download-app
    twitter-tweet instagram-media fb-post font-size text-resizer
    """
)
# Of what stands above the story; below its first lines they name headings of its parts.
_DECKS: Final = words("standfirst subtitle subheadline subheading subhead deck")
_DECK_PAIRS: Final = words("sub-headline sub-title sub-heading sub-head")
_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MAX_WEAK_CHARS: Final = 250
_MAX_SHARE: Final = 0.35  # of the page's prose: what holds more is the page, not furniture in it
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button)", re.IGNORECASE)
_MAX_BUTTON_CHARS: Final = 60
_HEADLINE_CHARS: Final = 15
_MIN_CARDS: Final = 3
_MAX_CARD_CHARS: Final = 700
_MAX_CAPTION_CHARS: Final = 160
_MAX_CAPTIONS: Final = 3
_NAMING: Final = ("class", "data-component", "data-testid", "data-e2e", "aria-labelledby")  # id is read apart
_NAMING_TOO: Final = frozenset(_NAMING[1:])
_MIN_LISTED: Final = 2
_KEPT: Final = frozenset(("html", "body", "main", "h1", "head"))


def drop_furniture(tree: Element, keep: Element | None) -> None:
    """Take furniture out of the tree, in place; what holds `keep` (the title) stays."""
    kept = {keep, *keep.iterancestors()} if keep is not None else set()
    page = lines_of(tree)
    whole = max(1, page.parts[tree].prose)
    begun = _begun(page, keep)
    doomed = [element for element in tree.iter() if element not in kept and _is_furniture(element, page, whole, begun)]
    doomed += [card for card in _cards(tree, page) if card not in kept]
    doomed += [block for block in _captions(tree, page, whole) if block not in kept]
    doomed += [part for part in _skipped(tree, page, whole) if part not in kept]
    doomed += [heading for heading in _names_of_lists(doomed, page) if heading not in kept]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()


def _begun(page: Page, title: Element | None) -> int:
    """The number of the second line of prose below the title; of the last line, where there is none."""
    start = page.parts[title].end if title is not None and title in page.parts else 0
    prose = (number for number in range(start, len(page.lines)) if page.lines[number].is_prose)
    return next(islice(prose, 1, None), len(page.lines))


def _is_furniture(element: Element, page: Page, whole: int, begun: int) -> bool:
    tag, part = element.tag, page.parts.get(element)
    if tag in _KEPT or part is None or (part.prose > _MAX_SHARE * whole and part.prose > _MAX_WEAK_CHARS):
        return False
    if tag in _NEVER or (tag == "figure" and _is_picture(element, part)):
        return True
    said = dict(element.items())
    if not said:
        return False
    if said.get("itemprop", "").lower() in _PROPERTIES and tag not in HEADINGS:
        return True
    if "hidden" in said or said.get("aria-hidden") == "true":
        return True
    given = said.get("class", "")
    if tag == "a" and _BUTTON.search(given) and _size(part) <= _MAX_BUTTON_CHARS:
        return True
    if not _NAMING_TOO.isdisjoint(said):
        given = " ".join([value for name in _NAMING if (value := said.get(name))])
    verdict = _called(given, said.get("id", ""))
    if verdict == "deck" and part.first > begun:
        return False
    if verdict in ("weak", "deck"):
        return _size(part) <= _MAX_WEAK_CHARS and part.end - part.first <= 8
    return verdict == "strong"


def _is_picture(figure: Element, part: Part) -> bool:
    """Whether all its words are a caption and a credit."""
    other = any(True for _ in figure.iter("table", "blockquote"))
    return _size(part) <= _MAX_WEAK_CHARS and not other and any(True for _ in figure.iter("img", "amp-img", "picture"))


def _size(part: Part) -> int:
    return part.prose + part.other + part.linked


@functools.lru_cache(maxsize=4096)
def _called(classes: str, name: str) -> str:
    """What class and id say of an element: "strong", "weak", "deck" or "" for nothing."""
    weak = deck = False
    for given in (*classes.split()[:20], name[:100]):
        parts = _WORD.findall(_CAMEL.sub("-", given[:100]).lower())
        if any(word in _WORDS for word in parts) or any("-".join(two) in _PAIRS for two in pairwise(parts)):
            return "strong"
        weak = weak or any(word in _WEAK_WORDS for word in parts)
        deck = deck or any(word in _DECKS for word in parts)
        deck = deck or any("-".join(two) in _DECK_PAIRS for two in pairwise(parts))
    return "weak" if weak else "deck" if deck else ""


def _captions(tree: Element, page: Page, whole: int) -> list[Element]:
    """The nearest block around a picture, where its one line is short and no sentence. Many of them are a gallery,
    and its lines the story."""
    found: dict[Element, None] = {}
    for picture in tree.iter("img", "amp-img"):
        block = picture.getparent()
        while block is not None and block.tag not in _KEPT and block in page.parts:
            part = page.parts[block]
            if part.first < part.end:
                line = page.lines[part.first]
                alone = part.end - part.first == 1 and line.holder.tag not in HEADINGS and not line.is_link
                short = len(line.text) <= _MAX_CAPTION_CHARS and not line.text.endswith(ENDS)
                paragraph = line.holder.tag == "p" and line.holder is not block  # a step of a recipe beside its picture
                if alone and short and not paragraph and part.prose <= _MAX_SHARE * whole:
                    found[block] = None
                break
            block = block.getparent()
    return list(found) if len(found) <= _MAX_CAPTIONS else []


def _cards(tree: Element, page: Page) -> Iterator[Element]:
    """Neighbours that are alike and each led by a link to another story; lists of headlines too."""
    for parent in tree.iter("div", "ul", "ol", "section", "td", "tr", "tbody", "main", "article", "body"):
        if len(parent) < _MIN_CARDS:
            continue
        alike = defaultdict(list)
        for child in parent:
            if child.tag != "p" and isinstance(child.tag, str):
                alike[child.tag, child.get("class") or ""].append(child)
        for group in alike.values():
            if len(group) < _MIN_CARDS:
                continue
            cards = [child for child in group if _is_card(child, page)]
            if len(cards) >= _MIN_CARDS and len(cards) > 0.7 * len(group):
                yield from cards


def _is_card(element: Element, page: Page) -> bool:
    """Whether an element is a teaser: short, and a headline in a link is its first or its main line."""
    part = page.parts.get(element)
    if part is None or part.first == part.end or _size(part) > _MAX_CARD_CHARS:
        return False
    lines = page.lines[part.first : part.end]
    heads = [line for line in lines if len(line.text) >= _HEADLINE_CHARS and line.is_link]
    if not heads:
        return False
    led = any(line.holder.tag in HEADINGS for line in heads) or lines[0] in heads or part.linked >= 0.5 * part.prose
    return led and sum(line.is_prose for line in lines) <= 2


def _skipped(tree: Element, page: Page, whole: int) -> Iterator[Element]:
    """Parts that begin with a link for those who listen, to leave them: "#end-of-podcasts", and end where it leads."""
    for link in tree.iter("a"):
        target = (link.get("href") or "")[1:]
        part = link.getparent()
        if not target.startswith("end") or part is None or part.tag in _KEPT or part not in page.parts:
            continue
        if page.parts[part].prose <= _MAX_SHARE * whole and any(one.get("id") == target for one in part.iter()):
            yield part


def _names_of_lists(doomed: list[Element], page: Page) -> Iterator[Element]:
    """Headings that stand right above a list of other stories which goes."""
    gone = set(doomed)
    for element in gone:
        heading = element.getprevious()
        if heading is None:  # the first of what goes in its block, which is a list when nothing else is in there
            block = element.getparent()
            heading = block.getprevious() if block is not None and gone.issuperset(block) else None
            element = block
        if heading is None or heading.tag not in HEADINGS or element not in page.parts:
            continue
        part = page.parts[element]
        lines = page.lines[part.first : part.end]
        if not lines or (len(lines[0].text) < _HEADLINE_CHARS and not lines[0].is_link):
            continue  # it has a name of its own
        heads = [line for line in lines if len(line.text) >= _HEADLINE_CHARS]
        alone = all(one is heading or one in gone for one in heading.getparent())
        if len(heads) >= _MIN_LISTED and (alone or all(line.is_link or line.holder.tag in HEADINGS for line in heads)):
            yield heading

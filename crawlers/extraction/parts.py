"""Whether an article goes on at other addresses, told by links to the same document with the number of a page.

The text of one capture is that of one page; what lies beyond it is said, not fetched."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers.extraction.page import Element, ancestors, marks

GOES_ON: Final = "goes-on"  # flag: there is a page after this one
NOT_THE_BEGIN: Final = "not-the-begin"  # flag: this is page 2 or a later one
_PARAMETERS: Final = frozenset(("page", "p", "pg", "paged", "pagenum", "pageno", "page_number"))
_NUMBER = re.compile(r"[1-9]\d?")
_PAGE_IN_PATH = re.compile(r"(/.+)/page/([1-9]\d?)")
_NUMBER_BEHIND = re.compile(r"(?:/page)?/([1-9]\d?)")
_ELSEWHERE = re.compile(r"comment|related|sidebar|widget|reply|respond")
_MAX_LINKS: Final = 5_000
_Address = tuple[str, str, tuple[str, ...]]  # host, path, the rest of the query


def flags_of_parts(tree: Element, url: str) -> tuple[str, ...]:
    """GOES_ON and NOT_THE_BEGIN, as they apply to the page at this address; none for an article on one page."""
    own, number = _apart(url)
    name, following = own[1].rpartition("/")[2], str(number + 1)
    further = any(
        _leads_to(number + 1, link, href, own, url)
        for link in islice(tree.iter("link", "a"), _MAX_LINKS)
        if following in (href := (link.get("href") or "").strip())
        and (name in href or href.startswith("?"))  # most links are to other documents
    )
    return ((GOES_ON,) if further else ()) + ((NOT_THE_BEGIN,) if number > 1 else ())


def _leads_to(number: int, link: Element, href: str, own: _Address, url: str) -> bool:
    if link.tag == "link" and (link.get("rel") or "").lower() != "next":
        return False
    try:
        there, page = _apart(urljoin(url, href[:2_000]))
    except ValueError:
        return False
    behind = there[1].removeprefix(own[1]) if there[1].startswith(own[1]) and len(own[1]) > 1 else ""
    if page == 1 and (found := _NUMBER_BEHIND.fullmatch(behind)) is not None:
        there, page = (there[0], own[1], there[2]), int(found[1])
    same = (there, page) == (own, number)
    return same and not any(_ELSEWHERE.search(marks(one)) for one in (link, *ancestors(link)) if one.tag != "body")


def _apart(url: str) -> tuple[_Address, int]:
    """An address without the number of a page in it, and that number; 1 if it has none. Raises ValueError."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    host, path = parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")
    numbers = [(name, said) for name, said in asked if name.lower() in _PARAMETERS and _NUMBER.fullmatch(said)]
    if len(numbers) == 1 and (path or len(asked) > 1):
        rest = tuple(sorted(f"{name}={said}" for name, said in asked if (name, said) != numbers[0]))
        return (host, path, rest), int(numbers[0][1])
    rest = tuple(sorted(f"{name}={said}" for name, said in asked))
    found = _PAGE_IN_PATH.fullmatch(path)
    return ((host, found[1], rest), int(found[2])) if found is not None else ((host, path, rest), 1)

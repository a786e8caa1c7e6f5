"""الورّاق القديم: an old site in windows-1256, laid out in tables, its paragraphs parted by `<br>`.

The charset stands in a meta element only; one page contradicts it in its HTTP header. No feed, no sitemap,
no robots.txt, no validators: articles are found from the home page and one section, by links to older pages.
windows-1256 has no Arabic-Indic digits, so the dates are character references, as editors of that time wrote
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from flows.newsroom.answers import Answer
from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.stories import Story

NAME = "الورّاق القديم"
WRONG_CHARSET = "wrong-charset"  # quirk: the HTTP header claims iso-8859-1
_HERITAGE = "heritage"  # this section's articles are not on the home page
_ON_A_PAGE = 5
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTHS = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)


def path(story: Story) -> str:
    return f"/news.asp?id={story.id}"


def answers(base: str, stories: Sequence[Story]) -> Mapping[str, Answer]:
    found = {path(story): _article(story) for story in stories}
    current = [story for story in stories if story.section != _HERITAGE]
    heritage = [story for story in stories if story.section == _HERITAGE]
    found |= _chain("/", "/archive.asp?p=", "آخر الأخبار", current)
    return found | _chain("/section.asp?cat=4", "/section.asp?cat=4&p=", "من التراث", heritage)


def _chain(first: str, later: str, words: str, stories: Sequence[Story]) -> dict[str, Answer]:
    """Listing pages, each with a link to the next older one; the last has none."""
    slices = [stories[start : start + _ON_A_PAGE] for start in range(0, len(stories), _ON_A_PAGE)]
    addresses = [first, *(f"{later}{number}" for number in range(2, len(slices) + 1))]
    return {
        address: _listing(words, part, older)
        for address, part, older in zip(addresses, slices, [*addresses[1:], None], strict=True)
    }


def printed_day(story: Story) -> str:
    """The day as the page prints it: ٥ آب ٢٠٢٠."""
    month = _MONTHS[story.published.month - 1]
    return f"{story.published.day} {month} {story.published.year}".translate(_ARABIC_DIGITS)


def _page(title: str, cells: str, content_type: str = "text/html") -> Answer:
    text = f"""<HTML DIR=RTL>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1256">
<TITLE>{escape(title)}</TITLE>
</HEAD>
<BODY BGCOLOR=#F4EBD9 TEXT=#2A1A0A LINK=#6B3E12 VLINK=#6B3E12>
<TABLE WIDTH=760 ALIGN=CENTER CELLPADDING=8 BORDER=0>
<TR><TD COLSPAN=2 BGCOLOR=#6B3E12 ALIGN=CENTER><A HREF="/"><FONT COLOR=#FFFFFF SIZE=6>{NAME}</FONT></A></TD></TR>
<TR><TD WIDTH=140 VALIGN=TOP BGCOLOR=#E6D6B8>
<A HREF="/">الرئيسية</A><BR><A HREF="/section.asp?cat=4">من التراث</A><BR><A HREF="/guest.asp">سجل الزوار</A>
</TD>
{cells}
</TR>
<TR><TD COLSPAN=2 ALIGN=CENTER><FONT SIZE=2>جميع الحقوق محفوظة لدار الورّاق القديم</FONT></TD></TR>
</TABLE>
</BODY>
</HTML>
"""
    headers = (("Server", "Warraq-IIS/4.0"), ("Content-type", content_type))
    return Answer(text.replace("\n", "\r\n").encode("cp1256", "xmlcharrefreplace"), headers)


def _article(story: Story) -> Answer:
    breaks = ("<br><br>\n", "<BR>\n<BR>\n", "<br>\n")[story.id % 3]
    text = breaks.join(map(escape, story.paragraphs))
    author = f"<font size=2 class=author>كتب: {escape(story.author)}</font><br>" if story.author else ""
    cells = f"""<TD VALIGN=TOP CLASS=page>
<b><font size=5 class=title>{escape(story.title)}</font></b><br>
<font size=2 class=date>{printed_day(story)}</font><br>
{author}
<TABLE WIDTH=100% BORDER=0><TR><TD CLASS=story>
{text}
</TD></TR></TABLE>
<font size=2><a href="javascript:window.print()">اطبع الصفحة</a> | <a href="javascript:history.back()">عودة</a></font>
</TD>"""
    wrong = WRONG_CHARSET in story.quirks
    return _page(f"{NAME} - {story.title}", cells, "text/html; charset=iso-8859-1" if wrong else "text/html")


def _listing(words: str, stories: Sequence[Story], older: str | None) -> Answer:
    rows = "<BR>\n".join(
        f"<A HREF=news.asp?id={story.id}>{escape(story.title)}</A> <FONT SIZE=2>({printed_day(story)})</FONT>"
        for story in stories
    )
    link = f'<P><A CLASS=older HREF="{escape(older)}">أخبار أقدم</A>' if older else ""
    cells = f"""<TD VALIGN=TOP CLASS=headlines><FONT SIZE=4>{words}</FONT><BR>
{rows}</TD></TR>
<TR><TD></TD><TD>{link}</TD>"""
    return _page(f"{NAME} - {words}", cells)


def source_keys(base: str) -> dict[str, Any]:
    starts = (f"{base}/", f"{base}/section.asp?cat=4")
    return {
        "discover": {"sections": [{"url": url, "links": "td.headlines a", "older": "a.older"} for url in starts]},
        "article_url": [r"/news\.asp\?id=(?P<id>\d+)$"],
        "reading": {
            "title": "font.title",
            "body": "td.story",
            "published": "font.date",
            "authors": "font.author",
        },
    }


PUBLISHER = Publisher(
    id="alwaraq-alqadeem",
    name=NAME,
    name_en="Al-Warraq Al-Qadeem",
    country="JO",
    zone="Asia/Amman",
    page_date=PageDate.DAY,
    path=path,
    other_paths=lambda story: (),
    answers=answers,
    source_keys=source_keys,
)

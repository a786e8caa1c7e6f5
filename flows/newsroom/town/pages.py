"""Article and list pages of the town's publishers, in the publisher's charset and with the traps it is said to have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from flows.newsroom import markup
from flows.newsroom.answers import Answer, etag, http_date
from flows.newsroom.stories import Story


@dataclass(frozen=True, slots=True)
class Press:
    """A publisher as its file describes it, on an address."""

    keys: Mapping[str, Any]
    base: str
    stories: Sequence[Story]  # newest first

    @property
    def charset(self) -> str:
        return str(self.keys.get("charset", "utf-8"))

    def path(self, story: Story) -> str:
        return path_of(self.keys, story)

    def html(self, title: str, body: str, *, head: str = "", status: int = 200, tag: str = "") -> Answer:
        """A page under the publisher's name, without a charset in its HTTP header if it is an old one."""
        nav = "".join(f'<a href="{escape(href)}">{words}</a> ' for words, href in self.keys.get("menu", {}).items())
        page = markup.html_page(title, self.keys["name"], body, head=head, nav=nav).decode()
        if self.charset == "utf-8":
            kind, content = "text/html; charset=utf-8", page.encode()
        else:
            kind = "text/html"
            content = page.replace('charset="utf-8"', f'charset="{self.charset}"').encode(
                self.charset, "xmlcharrefreplace"
            )
        validators = (("ETag", tag or etag(content)),) if self.keys.get("etag", True) else ()
        return Answer(content, (("Content-Type", kind), *validators), status=status)


def path_of(keys: Mapping[str, Any], story: Story) -> str:
    moment = story.published
    day = {"yyyy": f"{moment:%Y}", "mm": f"{moment:%m}", "dd": f"{moment:%d}"}
    return str(keys["path"]).format(id=story.id, slug=story.slug, section=story.section, **day)


def article(press: Press, story: Story, *, canonical: str = "", look: str = "") -> Answer:
    """The page of a story; `canonical`: of a twin, the path of its original."""
    date = f'<time class="date" datetime="{story.published.isoformat()}">{story.published:%Y-%m-%d %H:%M}</time>'
    author = f'<p class="author">{escape(story.author)}</p>' if story.author else ""
    links = press.keys.get("beside", {})
    beside = markup.links((href, words) for words, href in links.items())
    head = f'<link rel="canonical" href="{escape(press.base + (canonical or press.path(story)))}">\n'
    head += f'<meta property="article:published_time" content="{story.published.isoformat()}">\n'
    if press.keys.get("amp") and not canonical:
        head += f'<link rel="amphtml" href="{escape(press.base)}/amp{escape(press.path(story))}">\n'
    body = f"""<main class="{look or "full"}"><article>
<h1>{escape(story.title)}</h1>
{date}{author}
<div class="text">
{markup.paragraphs(story.paragraphs)}
</div>
</article></main>
<aside>{beside}</aside>"""
    answer = press.html(f"{story.title} | {press.keys['name']}", body, head=head)
    return Answer(answer.body, (*answer.headers, ("Last-Modified", http_date(story))))


def listing(
    press: Press, words: str, items: Sequence[tuple[str, Story]], tail: str = "", head: str = "", dated: bool = False
) -> Answer:
    rows = "\n".join(_row(href, story, dated) for href, story in items)
    body = f'<main><h2>{escape(words)}</h2>\n<ul class="headlines">\n{rows}\n</ul>\n{tail}</main>'
    return press.html(f"{words} | {press.keys['name']}", body, head=head)


def _row(href: str, story: Story, dated: bool) -> str:
    day = f' <time datetime="{story.published.isoformat()}">{story.published:%d/%m/%Y}</time>' if dated else ""
    return f'<li><a href="{escape(href)}">{escape(story.title)}</a>{day}</li>'

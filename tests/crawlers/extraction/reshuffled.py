# ruff: noqa: E501 - markup is easier to follow by the piece
"""The two given shapes, a story with readers' comments and one with a long tail of programmes, built in other ways.

Every template is a publisher of its own: other elements, other names for them or none, another order of its parts.
The words are ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tests.crawlers.extraction.reshuffled_stories import OPENINGS, Story

_DIGITS: Final = {ord("0") + n: chr(0x660 + n) for n in range(10)}  # Arabic-Indic


def _head(story: Story, site: str, more: str = "") -> str:
    return f'<html dir="rtl"><head><meta charset="utf-8"><title>{story.title} {site}</title>{more}</head>'


def _ps(lines: Sequence[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _brs(lines: Sequence[str]) -> str:
    return "<br><br>\n".join(lines)


def _programmes() -> list[tuple[str, str, str]]:
    """Name, hour, day: the same on every page of a publisher."""
    shows = ["مساء الخير يا جارة", "نشرة الثامنة", "حديث المقهى", "أطباق البحر", "ملاعبنا", "الطريق إلى العمل"]
    return [(f"{shows[n % 6]} - الحلقة {n + 40}", f"{8 + n % 12:02}:30", f"2025-12-{30 - n}") for n in range(18)]


def _others(marker: str = "li") -> str:
    return "".join(
        f"<{marker}><a href='/n/{n}'>{OPENINGS[n][:60]}</a> <span>منذ {n + 3} ساعات</span></{marker}>" for n in range(5)
    )


# --- with comments -------------------------------------------------------------------------------


def _list_below(story: Story) -> str:
    items = "".join(f"<li class='c'><b>{who}</b> <i>{age}</i><p>{words}</p></li>" for who, age, words in story.comments)
    return (
        f"{_head(story, '| صوت الميناء')}<body><div id=wrap><h1>{story.title}</h1><span class=d>{story.printed('آذار')} - 12:24</span>"
        f"<div class=txt>{_ps(story.paragraphs)}</div><h3>تعليقات القراء (5)</h3><ol class=list>{items}</ol></div>"
        f"<div class=side><h3>الأكثر قراءة</h3><ul>{_others()}</ul></div></body></html>"
    )


def _comments_above(story: Story) -> str:
    items = "".join(
        f"<div class='comment'><div class='comment-meta'><span>{who}</span><time>{age}</time></div>"
        f"<div class='comment-text'>{words}</div><button>رد</button></div>"
        for who, age, words in story.comments
    )
    return (
        f"{_head(story, '- السهل')}<body><main><aside class='comments'><h4>التعليقات</h4>{items}</aside>"
        f"<article><header><h1>{story.title}</h1><p>{story.printed('مارس')}</p></header>{_ps(story.paragraphs)}</article></main>"
        f"<footer><ul>{_others()}</ul></footer></body></html>"
    )


def _table_of_comments(story: Story) -> str:
    rows = "".join(
        f"<tr><td><font color=red>{who}</font></td><td><small>{age}</small></td></tr><tr><td colspan=2>{words}</td></tr>"
        for who, age, words in story.comments
    )
    return (
        f"{_head(story, ':: بوابة التل')}<body><table width=980><tr><td valign=top><center><b><font size=5>{story.title}</font></b>"
        f"</center><font size=2>{story.day:%d/%m/%Y}</font><div>{_brs(story.paragraphs)}</div>"
        f"<hr><b>التعليقات ( 5 )</b><table class=tbl>{rows}</table></td><td width=200><ul>{_others()}</ul></td></tr></table>"
        "</body></html>"
    )


def _arabic_classes(story: Story) -> str:
    items = "".join(
        f"<div class='تعليق'><span class='اسم'>{who}</span><span class='وقت'>{age}</span><div class='كلام'>{words}</div></div>"
        for who, age, words in story.comments
    )
    return (
        f"{_head(story, '» أخبار السهل')}<body><div class='صفحة'><div class='عنوان'><h1>{story.title}</h1></div>"
        f"<div class='تاريخ'>{story.printed('آذار/مارس').translate(_DIGITS)}</div><div class='نص'>{_ps(story.paragraphs, 'div')}</div>"
        f"<div class='تعليقات'><div>5 تعليقات</div>{items}</div><div class='جانب'>{_others('div')}</div></div></body></html>"
    )


def _definition_list(story: Story) -> str:
    items = "".join(f"<dt>{who} <small>{age}</small></dt><dd>{words}</dd>" for who, age, words in story.comments)
    return (
        f"{_head(story, '- الملاح')}<body><section><h2>{story.title}</h2><p><em>{story.day} | 12:24</em></p>{_ps(story.paragraphs)}"
        f"</section><section><h2>آراء القراء</h2><dl>{items}</dl></section><nav>{_others()}</nav></body></html>"
    )


def _dot_before_age(story: Story) -> str:
    items = "".join(
        f"<div><div><strong>{who}</strong></div><div>·{age}</div><div>{words}</div></div>"
        for who, age, words in story.comments
    )
    return (
        f"{_head(story, '| خليج')}<body><div><div><h1>{story.title}</h1></div><div><h2>{story.title}</h2>{_ps(story.paragraphs)}</div>"
        f"<div><div>التعليقات (5)</div>{items}<div>5</div></div></div><div><h2>الأكثر قراءة</h2></div>"
        "<div><h2>💡 أهم المواضيع</h2></div></body></html>"
    )


def _age_after_words(story: Story) -> str:
    items = "".join(
        f"<article class='remark'><h5>{who}</h5><p>{words}</p><footer><time>{age}</time> <a href='#r'>رد</a></footer></article>"
        for who, age, words in story.comments
    )
    return (
        f"{_head(story, '| دار الخبر')}<body><article class='main'><h1>{story.title}</h1><p class='by'>كتب: سامي الحداد</p>"
        f"{_ps(story.paragraphs)}</article><section id='comments'><h3>التعليقات (5)</h3>{items}</section></body></html>"
    )


def _nested_replies(story: Story) -> str:
    first, second, *rest = story.comments
    reply = f"<ul class='children'><li class='comment'>{_wordpress(*second)}</li></ul>"
    items = f"<li class='comment'>{_wordpress(*first)}{reply}</li>" + "".join(
        f"<li class='comment'>{_wordpress(*one)}</li>" for one in rest
    )
    return (
        f"{_head(story, '– واحة', '<meta property=og:site_name content=واحة>')}<body class='single'><div id='main'>"
        f"<h1 class='entry-title'>{story.title}</h1><div class='entry-content'>{_ps(story.paragraphs)}</div>"
        f"<div id='comments'><h2>5 تعليقات على “{story.title}”</h2><ol class='comment-list'>{items}</ol>"
        "<div id='respond'><h3>اترك تعليقاً</h3><form><p>لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *</p>"
        "<textarea></textarea></form></div></div></div></body></html>"
    )


def _wordpress(who: str, age: str, words: str) -> str:
    return (
        f"<div class='comment-body'><div class='comment-author vcard'><cite class='fn'>{who}</cite> <span class='says'>يقول:</span>"
        f"</div><div class='comment-metadata'><a href='#c'>{age}</a></div><p>{words}</p><div class='reply'><a href='#'>رد</a></div></div>"
    )


# --- with a tail of programmes -------------------------------------------------------------------


def _tail_table(story: Story) -> str:
    rows = "".join(
        f"<tr><td>{hour}</td><td>{day}</td><td><a href='/p'>{name}</a></td></tr>" for name, hour, day in _programmes()
    )
    return (
        f"{_head(story, '| قناة البحر')}<body><div class=t>الأحد 22-11-2026</div><h1>{story.title}</h1><div>{story.day} | 12:24</div>"
        f"{_ps(story.paragraphs)}<h3>جدول البرامج</h3><table>{rows}</table><p>إشترك بنشرتنا الاخبارية</p></body></html>"
    )


def _tail_list(story: Story) -> str:
    items = "".join(f"<li>{name}<span>{hour} | {day}</span></li>" for name, hour, day in _programmes())
    return (
        f"{_head(story, '- تلفزيون الميناء')}<body><div><h1>{story.title}</h1><div>{story.printed('مارس')}</div><div>{_brs(story.paragraphs)}<br>"
        "&gt;&gt; تابع قناة الميناء على تلغرام</div><ul><li>+A</li><li>-A</li><li>facebook</li><li>Whatsapp</li></ul>"
        f"<div>أحدث الحلقات</div><ul>{items}</ul><div>حمل تطبيق الميناء<br>المصدر الأول لأخبار البحر</div></div></body></html>"
    )


def _tail_paragraphs(story: Story) -> str:
    items = "".join(f"<p>{name}</p><p>{hour} | {day}</p>" for name, hour, day in _programmes())
    return (
        f"{_head(story, '| فضائية السهل')}<body><div class=page><h2>{story.title}</h2><p>{story.day:%d-%m-%Y} 12:24</p>{_ps(story.paragraphs)}"
        f"<p>فضائية السهل</p><p>من برامجنا</p>{items}<p>انضم الى ملايين المتابعين</p></div></body></html>"
    )


def _tail_before(story: Story) -> str:
    items = "".join(f"<div><b>{name}</b><div>{hour}</div></div>" for name, hour, _ in _programmes())
    return (
        f"{_head(story, '| راديو التل')}<body><div id=grid><h4>على الهواء</h4>{items}</div><div id=story><h1>{story.title}</h1>"
        f"<span>{story.printed('آذار')}</span>{_ps(story.paragraphs)}</div><div>الأكثر مشاهدة<ul>{_others()}</ul></div></body></html>"
    )


def _tail_twice_said(story: Story) -> str:
    items = "".join(
        f"<div><span>Play</span><div>{name} | الموسم 8</div><div>{name} | الموسم 8</div><div>{hour} | {day}</div></div>"
        for name, hour, day in _programmes()
    )
    return (
        f"{_head(story, '- شاشة')}<body>Shasha Tv<div><div>{story.title}</div><div>{story.day} | 12:24</div><div>{story.title}</div>"
        f"<div>{_brs(story.paragraphs)}</div><div>أحدث الحلقات</div>{items}<div>اخترنا لك</div>{_others('div')}</div></body></html>"
    )


def _tail_rows_of_text(story: Story) -> str:
    items = "<br>".join(f"{hour} {name}" for name, hour, _ in _programmes())
    return (
        f"{_head(story, '| إذاعة الواحة')}<body><table><tr><td class=r><h1>{story.title}</h1><p>{story.day.day}/3/2020</p>{_ps(story.paragraphs)}"
        f"<p><strong>برامج اليوم</strong></p><p>{items}</p></td></tr></table></body></html>"
    )


COMMENTED: Final[dict[str, Callable[[Story], str]]] = {
    "a list below": _list_below,
    "an aside above": _comments_above,
    "a table": _table_of_comments,
    "arabic classes": _arabic_classes,
    "a definition list": _definition_list,
    "a dot before the age": _dot_before_age,
    "the age after the words": _age_after_words,
    "replies in comments": _nested_replies,
}
TAILED: Final[dict[str, Callable[[Story], str]]] = {
    "a table": _tail_table,
    "a list": _tail_list,
    "paragraphs": _tail_paragraphs,
    "before the story": _tail_before,
    "each said twice": _tail_twice_said,
    "rows of text": _tail_rows_of_text,
}

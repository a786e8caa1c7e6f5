"""Invented news of invented towns: stories put together from sentences of our own, the same at every start.

What is drawn for a story depends on its publisher and its number alone. Every figure in a story is its own, so that
no two paragraphs of the newsroom are alike."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows.newsroom.stories import Story, slug_of

_PEOPLE = (
    *("سالم الحدّاد", "نورة الكيلاني", "عبد الباسط منصور", "هدى الشامخ", "ياسين بلقاسم", "مريم العتيبي"),
    *("خليل أبو شعر", "رجاء المهيري", "توفيق الصالح", "سعاد بن عيسى", "إدريس الفرجاني", "لبنى العوضي"),
)
_OPENINGS = (
    "{verb} {body} في {place} أمس {event}، بعد انتظار دام {n} أسبوعاً، وحضر المناسبة جمع من الأهالي والمهتمين.",
    "شهدت {place} صباح اليوم {event}، وقال منظمون في {body} إن العدد بلغ {n} مشاركاً جاؤوا من القرى المجاورة.",
    "أعلن {body} في {place} عن {event}، وخصص لذلك مبلغاً قدره {n} ألفاً من ميزانية هذا العام.",
    "تستعد {place} لاستقبال {event}، إذ أنهى {body} تجهيز {n} موقعاً ووزع المهام على المتطوعين.",
)
_MIDDLES = (
    "وقال {person}، وهو من أبناء {place}، إن الناس لم يألفوا هذا الأمر منذ {n} عاماً، وإن الفرحة كانت ظاهرة على الوجوه.",
    "وأوضح مسؤول في {body} أن العمل سار على مراحل، وأن المرحلة الأخيرة وحدها استغرقت {n} يوماً من الجهد المتواصل.",
    "وبحسب سجلات اطلعت عليها الصحيفة في {place}، فإن عدد المستفيدين يقارب {n} عائلة، نصفها تقريباً من خارج المدينة.",
    "وأضافت {person} في حديث إلينا أن الفكرة بدأت في مجلس عائلي صغير، ثم كبرت حتى ضمت {n} شخصاً من مختلف الأعمار.",
    "ويرى تجار في سوق {place} أن الحركة تحسنت بنحو {n} في المئة خلال الأيام الماضية، بعد ركود طويل عانى منه الجميع.",
    "وتحدث {person} عن صعوبات رافقت التنفيذ، منها تأخر وصول {n} صندوقاً من المواد بسبب الأمطار التي قطعت الطريق الجبلي.",
)
_ENDINGS = (
    "ومن المنتظر أن يعود {body} إلى الموضوع في اجتماعه المقبل، وعلى جدول أعماله {n} بنداً يخص أحياء {place} كلها.",
    "ودعا {body} سكان {place} إلى إبداء ملاحظاتهم خلال {n} يوماً، ووعد بأن يؤخذ بها في الخطة الجديدة.",
    "وختم {person} حديثه بأن الطريق ما زال طويلاً، وبأن أمام {place} نحو {n} شهراً قبل أن ترى ثمرة ما زرعته اليوم.",
)
_TITLES = (
    "{place}: {event} بمشاركة {n} من الأهالي",
    "{body} يكشف تفاصيل {event} في {place} بعد {n} يوماً",
    "{n} متطوعاً وراء {event} في {place}",
    "كيف غيّر {event} وجه {place} في {n} أسبوعاً",
)


def stories_of(publisher: str, zone: str, about: Mapping[str, Any]) -> tuple[Story, ...]:
    """Newest first. `about`: places, bodies, events, sections, first number, how many, newest day, days between."""
    newest = datetime.fromisoformat(about["newest"]).replace(tzinfo=ZoneInfo(zone))
    count, first = about["count"], about["first_id"]
    return tuple(
        _story(publisher, first + count - 1 - place, newest - timedelta(hours=about["hours_apart"] * place), about)
        for place in range(count)
    )


def _story(publisher: str, number: int, published: datetime, about: Mapping[str, Any]) -> Story:
    chosen = random.Random(f"{publisher} {number}")  # noqa: S311 - no secret
    event = about["events"][number % len(about["events"])]

    def filled(sentence: str) -> str:
        return sentence.format(
            place=chosen.choice(about["places"]),
            body=chosen.choice(about["bodies"]),
            event=event,
            verb=chosen.choice(("افتتح", "نظّم", "أطلق", "استضاف")),
            person=chosen.choice(_PEOPLE),
            n=number * 7 + chosen.randrange(2, 9),
        )

    title = filled(_TITLES[number % len(_TITLES)])
    middles: Sequence[str] = chosen.sample(_MIDDLES, 2 + number % 3)
    paragraphs = (filled(chosen.choice(_OPENINGS)), *map(filled, middles), filled(chosen.choice(_ENDINGS)))
    return Story(
        id=number,
        slug=slug_of(title),
        title=title,
        section=about["sections"][number % len(about["sections"])],
        author=chosen.choice(_PEOPLE) if number % 3 else "",
        published=published,
        paragraphs=paragraphs,
    )

"""What an alarm says to people, in English and Arabic: what was seen, and what to do next."""

from __future__ import annotations

from datetime import datetime

from flows.alarms import Alarm, Kind

TITLES: dict[Kind, tuple[str, str]] = {
    Kind.UNREACHABLE: ("does not answer", "لا يجيب"),
    Kind.BLOCKED: ("turns us away", "يمنعنا"),
    Kind.REDESIGNED: ("has changed its pages", "غيّر صفحاته"),
    Kind.FROZEN: ("answers, but stands still", "يجيب لكنه متوقف"),
    Kind.SILENT: ("has fallen silent", "صامت"),
    Kind.BELOW: ("brings less than its file expects", "أقل من المتوقع في ملفه"),
    Kind.LOW: ("brings far less than usual", "أقل بكثير من المعتاد"),
    Kind.ABOVE: ("brings more than its file expects", "أكثر من المتوقع في ملفه"),
    Kind.UNWATCHED: ("is not crawled any more", "لم يعد يُزحف عليه"),
}
_SEEN: dict[Kind, tuple[str, str]] = {
    Kind.UNREACHABLE: (
        "The last {runs} runs got no answer from it at all.",
        "لم تتلقَّ آخر {runs} محاولات زحف أي جواب منه.",
    ),
    Kind.BELOW: (
        "{articles} articles on {day}; its file expects {least} to {most} a day.",
        "عدد مقالاته يوم {day} هو {articles}، والمتوقع في ملفه من {least} إلى {most} يوميًا.",
    ),
    Kind.ABOVE: (
        "{articles} articles on {day}; its file expects {least} to {most} a day.",
        "عدد مقالاته يوم {day} هو {articles}، والمتوقع في ملفه من {least} إلى {most} يوميًا.",
    ),
    Kind.LOW: (
        "{articles} articles in the last {days} whole days; about {expected} were to be expected.",
        "عدد مقالاته في آخر {days} أيام كاملة {articles}، والمعتاد نحو {expected}.",
    ),
    Kind.SILENT: (
        "No new article; about {expected} were due since. The pages that name its articles do not answer.",
        "لا مقالات جديدة، والمعتاد نحو {expected} منذ ذلك الحين. والصفحات التي تسرد مقالاته لا تجيب.",
    ),
    Kind.FROZEN: (
        "No new article, though its feed or list answers as if all were well; about {expected} were due since.",
        "لا مقالات جديدة مع أن خلاصته أو قائمته تجيب كالمعتاد، والمتوقع نحو {expected} منذ ذلك الحين.",
    ),
    Kind.UNWATCHED: (
        "It was crawled day by day, and then no run has begun any more.",
        "كان يُزحف عليه كل يوم، ثم لم يبدأ أي زحف.",
    ),
}
_NEXT: dict[Kind, tuple[str, str]] = {
    Kind.UNREACHABLE: (
        "Open {home} in a browser. If it has moved, its file needs a new `home`; if it is gone, `enabled: false`.",
        "افتح الموقع في متصفح. إن كان قد انتقل فغيّر عنوانه في ملفه، وإن كان قد أُغلق فعطّله.",
    ),
    Kind.BLOCKED: (
        "Write to the publisher and ask to be let in; meanwhile, a longer `delay`. Asking more often gains nothing.",
        "راسل الناشر واطلب السماح لنا، واجعل المهلة بين الطلبات أطول. تكرار الطلب لا يفيد.",
    ),
    Kind.REDESIGNED: (
        "Run `warraq sources check {id}`, then `warraq sources probe {home}` for new patterns. "
        "Nothing captured is lost: `warraq replay {id}` reads it again.",
        "شغّل `warraq sources check {id}` ثم `warraq sources probe {home}` لمعرفة الأنماط الجديدة. "
        "ما حُفظ سليم، والأمر `warraq replay {id}` يقرؤه من جديد.",
    ),
    Kind.FROZEN: (
        "Open {home}: if there is newer news, its feed is dead. `warraq sources probe {home}` finds other ways.",
        "افتح الموقع: إن كانت فيه أخبار أحدث فخلاصته ميتة، والأمر `warraq sources probe {home}` يبحث عن طرق أخرى.",
    ),
    Kind.SILENT: (
        "Run `warraq sources check {id}`; it says which page fails and how.",
        "شغّل `warraq sources check {id}` لمعرفة أي صفحة تتعطل وكيف.",
    ),
    Kind.BELOW: (
        "Run `warraq sources check {id}`; if the site is well, put what is right into `expect` of its file.",
        "شغّل `warraq sources check {id}`، فإن كان الموقع سليمًا فصحّح التوقع في ملفه.",
    ),
    Kind.LOW: (
        "A holiday, or a part of the site that is not found any more: `warraq sources check {id}` tells.",
        "قد تكون عطلة، أو قسمًا لم يعد يُعثر عليه: `warraq sources check {id}` يبيّن ذلك.",
    ),
    Kind.ABOVE: (
        "See whether its newest articles are articles; if they are, put the new number into `expect` of its file.",
        "انظر هل أحدث مقالاته مقالات حقًا، فإن كانت كذلك فصحّح التوقع في ملفه.",
    ),
    Kind.UNWATCHED: (
        "Switch the schedule of the `crawl` deployment on again, or set `enabled: false` in its file.",
        "أعد تشغيل جدول الزحف، أو عطّل الناشر في ملفه.",
    ),
}


def seen(alarm: Alarm) -> tuple[str, str]:
    """What was seen, in English and Arabic."""
    facts = alarm.facts
    if alarm.kind is Kind.BLOCKED and "status" in facts:
        english = "{barred} of its last {answers} answers are refusals (most of them {status})."
        arabic = "{barred} من آخر {answers} من أجوبته رفضٌ (وأغلبها {status})."
    elif alarm.kind is Kind.BLOCKED:
        english = "{same} of {answers} different addresses answered with one and the same page: a test of who asks."
        arabic = "أجاب {same} من أصل {answers} من العناوين المختلفة بصفحة واحدة بعينها: اختبار لمن يسأل."
    elif alarm.kind is Kind.REDESIGNED and "rejected" in facts:
        english = "Its pages come, but {rejected} of the last {read} could not be read; before, nearly all could."
        arabic = "صفحاته تصل، لكن {rejected} من آخر {read} لم تُقرأ مقالاتٍ، وكانت تُقرأ كلها تقريبًا."
    elif alarm.kind is Kind.REDESIGNED:
        english = "Its lists change, but nothing on them is known for an article; about {expected} were due since."
        arabic = "قوائمه تتغير، لكن لا شيء فيها يُعرف مقالةً، والمتوقع نحو {expected} منذ ذلك الحين."
    else:
        english, arabic = _SEEN[alarm.kind]
    return english.format(**facts), arabic.format(**facts)


def next_step(alarm: Alarm, home: str) -> tuple[str, str]:
    """What to do next, in English and Arabic."""
    english, arabic = _NEXT[alarm.kind]
    return english.format(id=alarm.source, home=home), arabic.format(id=alarm.source, home=home)


_LATIN, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_HOURS = ("ساعة", "ساعتين", "ساعات", "ساعة")
_DAYS = ("يوم", "يومين", "أيام", "يومًا")
SHORT_HOURS = 48  # up to which a time is told in hours


def ago(since: datetime, now: datetime) -> tuple[str, str]:
    """How long ago, in hours up to two days, then in days."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return "under 1 h", "أقل من ساعة"
    if hours < SHORT_HOURS:
        return f"{hours} h", _counted(hours, _HOURS)
    return f"{hours // 24} days", _counted(hours // 24, _DAYS)


def _counted(number: int, forms: tuple[str, str, str, str]) -> str:
    """A number with its noun as Arabic has it: one, two, three to ten, and more."""
    if number <= 2:
        return forms[number - 1]
    return f"{number} {forms[2] if number % 100 in range(3, 11) else forms[3]}"


def kept_left_to_right(text: str) -> str:
    """A date or an address that Arabic beside it does not turn around."""
    return f"{_LATIN}{text}{_END}"

"""The report of a crawl, backfill or replay, as people read it in the Prefect UI: in English and Arabic.

What is owed stands first, with what to do next and a link to the form that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from textwrap import shorten

from flows.articles_picture import articles_picture, last_days, picture_url
from flows.artifacts import MAX_CHARS, MAX_ROWS, in_html, leave_markdown, listed, plain
from flows.form_links import filled_in, form_addresses
from flows.house import House
from flows.report import Report, SourceReport
from storage.model import Article

GALLERY = 5  # articles
FIRST_WORDS = 240  # characters of an article's text, cut between words
MAX_LINKED = 20  # WARCs or publishers that one link names: an address has an end
_REASONS_AR = {
    "no-text": "لا نص فيها",
    "http-status": "ردّ الخادم بخطأ",
    "not-html": "ليست صفحة",
    "empty-body": "فارغة",
    "truncated": "مقطوعة",
    "unreadable": "غير مقروءة",
    "no-title": "بلا عنوان",
    "timeout": "انتهى الوقت",
    "memory": "الذاكرة",
    "fault": "عطل",
    "list-page": "صفحة روابط",
    "challenge": "حاجز ضد الآليين",
    "soft-404": "غير موجودة",
    "needs-script": "تحتاج متصفحًا",
}
_TITLES_AR = {"crawl": "حصيلة الزحف", "backfill": "حصيلة الاستكمال"}
_ABOUT_PUBLISHERS = (
    "What stands here again tomorrow is not the weather: `warraq sources check ID` says what is wrong with a "
    "publisher, and the `pause` deployment leaves it alone meanwhile."
)
_ABOUT_WARCS = (
    "what a damaged WARC holds around the damage was read. Put a whole copy in its place, from a backup or whoever "
    "made it, and run it again; `warraq verify` names all that is damaged."
)
_AS_IT_SHOULD = "finished"
_OUTCOMES_AR = {"quarantined": "معزول", "stopped": "أُوقف", "failed": "أخفق", "busy": "مشغول", "died": "انقطع"}


@dataclass(frozen=True, slots=True)
class _Column:
    english: str
    arabic: str
    cell: Callable[[SourceReport], str]
    is_of_crawls: bool = False  # says nothing of a replay


def _count(name: str) -> Callable[[SourceReport], str]:
    return lambda each: f"{each.counts.get(name, 0):,}"


_COLUMNS = (
    _Column("found", "وُجد", _count("found"), is_of_crawls=True),
    _Column("captured", "اللقطات", lambda each: f"{each.tally.captures:,}"),
    _Column("articles", "المقالات", lambda each: f"{each.tally.articles:,}"),
    _Column("unchanged", "بلا تغيير", _count("unchanged"), is_of_crawls=True),
    _Column("received", "الحجم", lambda each: f"{each.bytes_received / 1000:,.0f} kB", is_of_crawls=True),
    _Column("seconds", "الثواني", lambda each: f"{each.seconds:,.0f}", is_of_crawls=True),
)


def leave_report(house: House, report: Report) -> None:
    """Make the report artifact of the current flow run; a crawl's has a picture of the last days in it."""
    picture = ""
    if report.kind == "crawl":
        picture = picture_url(articles_picture(last_days(house, [each.source for each in report.sources])))
    leave_markdown(
        key=f"{report.kind}-report",
        markdown=markdown(report, form_addresses(("crawl", "replay")), picture),
        description=f"What this {report.kind} came to",
    )


def markdown(report: Report, forms: Mapping[str, str] | None = None, picture: str = "") -> str:
    """The whole report. Arabic first lines are marked right to left.

    `forms`: addresses of the run forms by deployment. `picture`: the address of one; empty: none is shown."""
    forms = forms or {}
    parts = (
        _heading(report),
        _owed(report, forms),
        _english(report),
        _arabic(report),
        f"![المقالات في كل يوم]({picture})" if picture else "",
        _sample(report),
        _replay(report, forms),
        _files(report),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(report: Report) -> str:
    seconds = (report.finished_at - report.started_at).total_seconds()
    articles = sum(each.tally.articles for each in report.sources)
    state = "Something is owed" if report.owed else "Nothing is owed"
    return (
        f"# {report.kind.capitalize()} · {report.started_at:%Y-%m-%d %H:%M} UTC\n\n"
        f"**{articles:,} articles** from {len(report.sources)} publishers in {seconds:.0f} s. {state}."
    )


def _owed(report: Report, forms: Mapping[str, str]) -> str:
    if not report.owed:
        return ""
    lines = [f"- {plain(line[:MAX_CHARS])}" for line in report.owed]
    owing = [each.source for each in report.sources if each.owed]
    again = (
        f"[run it again]({filled_in(forms['crawl'], sources=owing[:MAX_LINKED])})"
        if "crawl" in forms
        else "run it again"
    )
    again = f"{again if report.kind == 'crawl' else 'run it again'}; what is done is not done twice. "
    next_step = f"**Next:** {_ABOUT_WARCS if report.kind == 'replay' else again + _ABOUT_PUBLISHERS}"
    return "\n\n".join(("## Owed · معلّق", listed(lines, "they come up again when it is run again"), next_step))


def _columns(report: Report) -> Sequence[_Column]:
    return [column for column in _COLUMNS if report.kind in ("crawl", "backfill") or not column.is_of_crawls]


def _english(report: Report) -> str:
    columns = _columns(report)
    heads = ("publisher", *(column.english for column in columns), "rejected")
    rows = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    for each in _shown(report):
        name = plain(each.name_en or each.source) + _outcome(each.outcome, "owes" if each.owed else "")
        cells = (name, *(column.cell(each) for column in columns), _rejected(each, {}))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + _cut(report, "… and {} more publishers; their manifests lie below `runs/`")


def _arabic(report: Report) -> str:
    """The same in Arabic. The UI draws tables from the left, so the first column is written last; raw HTML is
    drawn from the right only on one line, and without the UI's borders."""
    title = _TITLES_AR.get(report.kind, "حصيلة إعادة الاستخراج")
    state = "بقي ما لم يُنجز؛ أعد التشغيل لإتمامه." if report.owed else "لم يبقَ شيء معلّق."
    more = '<div dir="rtl">… و{} ناشرًا غيرهم</div>'
    columns = _columns(report)[::-1]
    heads = ("المرفوض", *(column.arabic for column in columns), "الناشر")
    rows = [f"| {' | '.join(heads)} |", f"|{'--:|' * len(heads)}"]
    for each in _shown(report):
        outcome = each.outcome if each.outcome == _AS_IT_SHOULD else _OUTCOMES_AR.get(each.outcome, each.outcome)
        name = plain(each.name_ar or each.source) + _outcome(outcome, "بقي معلّق" if each.owed else "")
        cells = (_rejected(each, _REASONS_AR), *(column.cell(each) for column in columns), name)
        rows.append(f"| {' | '.join(cells)} |")
    return f'<div dir="rtl"><b>{title}</b>: {state}</div>\n\n' + "\n".join(rows) + _cut(report, more)


def _outcome(outcome: str, owes: str) -> str:
    """What stands below a publisher's name: nothing where all is well. The UI cuts off tables that are too wide."""
    words = [outcome] if outcome != _AS_IT_SHOULD else []
    return f"<br>**{' · '.join([*words, owes] if owes else words)}**" if words or owes else ""


def _shown(report: Report) -> list[SourceReport]:
    """The publishers that get a row: those that owe something first."""
    return sorted(report.sources, key=lambda each: not each.owed)[:MAX_ROWS]


def _cut(report: Report, words: str) -> str:
    more = len(report.sources) - MAX_ROWS
    return "\n\n" + words.format(f"{more:,}") if more > 0 else ""


def _rejected(each: SourceReport, words: dict[str, str]) -> str:
    reasons = sorted(each.tally.reasons.items())
    return "<br>".join([f"{each.tally.rejected:,}", *(f"{words.get(reason, reason)} {n:,}" for reason, n in reasons)])


def _sample(report: Report) -> str:
    """Some of the articles, of as many publishers as there are."""
    depth = max((len(each.sample) for each in report.sources), default=0)
    in_turn = [(each, each.sample[n]) for n in range(depth) for each in report.sources if n < len(each.sample)]
    if not in_turn:
        return ""
    return "## Some of the articles · من المقالات\n\n" + "\n\n---\n\n".join(starmap(_card, in_turn[:GALLERY]))


def _card(of: SourceReport, article: Article) -> str:
    """Headline, publisher, day, and the first words."""
    day = article.published_date.isoformat() if article.published_date else "بلا تاريخ"
    first = in_html(shorten(article.text[: 2 * FIRST_WORDS], FIRST_WORDS, placeholder="…"))
    title = f"<b>{in_html(article.title[:MAX_CHARS])}</b>"
    if article.url.startswith(("http://", "https://")):
        title = f'<a href="{in_html(article.url)}">{title}</a>'
    return f'<div dir="rtl">{title}<br>{in_html(of.name_ar or of.source)} · {day}<br>{first}</div>'


def _replay(report: Report, forms: Mapping[str, str]) -> str:
    warcs = [key for each in report.sources for key in each.warcs]
    if not warcs or "replay" not in forms:
        return ""
    which = "these WARCs" if len(warcs) <= MAX_LINKED else f"the first {MAX_LINKED} of these WARCs"
    return f"[Read {which} again]({filled_in(forms['replay'], warcs=warcs[:MAX_LINKED])}) · إعادة استخراج هذه الملفات"


def _files(report: Report) -> str:
    keys = [f"- `{key}`" for each in report.sources for key in (*each.warcs, *each.articles)]
    return "## Files\n\n" + listed(keys, "the manifests below `runs/` name them all") if keys else ""

"""Lines of a page that are not the story: share buttons, "read also", counters, repeated titles, tails."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from crawlers.extraction.arabic import alike, ascii_digits, folded
from crawlers.extraction.dates import is_only_a_date, read_date
from crawlers.extraction.lines import ENDS
from crawlers.extraction.paragraphs import CELL_BREAK

_SHARE = (
    r"(?:facebook|twitter|x|whatsapp|telegram|messenger|linkedin|pinterest|instagram|youtube|email|e-mail|print|share"
    r"|tweet|copy link|viber|google news|rss|play|فيسبوك|فيس بوك|تويتر|واتساب|واتس اب|تلغرام|تيليجرام|تليجرام|تيلقرام"
    r"|ماسنجر|لينكد ان|انستغرام|انستجرام|يوتيوب|البريد الالكتروني|طباعه|نسخ الرابط|مشاركه|شارك|شاركها|شارك الخبر"
    r"|شارك المقال|شارك هذا الموضوع|مشاركه الخبر|انشر|حفظ|تغريد|ارسال|[+-]?\s?[aا][+-]?)"
)
_CALL = (
    r"(?:ل|لل)?(?:مزيد|متابعه|متابعتنا|اشتراك|انضمام|تحميل)|تابعونا|تابعنا|تابع(?:وا)?|اشترك(?:وا)?|انضم(?:وا)?"
    r"|حمل(?:وا)?|اضغط|انقر|يمكنكم متابعتنا|شاركونا|لا تنسوا"
)
_CHANNEL = (
    r"هنا|قناه|قناتنا|صفحه|صفحتنا|صفحاتنا|تطبيق|تطبيقنا|واتساب|واتس اب|تلغرام|تليجرام|تيليجرام|تليغرام"
    r"|تيليغرام|نشرتنا|النشره|جوجل|غوغل|google|news|فيسبوك|تويتر|منصه|منصاتنا|يوتيوب|انستغرام|انستجرام|اشعارات"
)
_TOOL = (
    r"(?:طباعه(?: (?:الصفحه|الخبر|المقال))?|عوده|رجوع|(?:ال)?ارسال? لصديق|(?:حجم|تكبير|تصغير) الخط|كبير|صغير|استمع"
    r"(?: للخبر| للمقال)?|العوده الي (?:الاعلي|الرئيسيه)|عوده الي الاعلي)"
)
_COUNTED = (
    r"(?:مشاهد(?:ه|ات)|زيار(?:ه|ات)|قراء(?:ه|ات)|مرات القراءه|تعليق(?:ات)?|مشاركات"
    r"|views?|reads?|hits?|shares?|comments?)"
)
_COUNTER = (
    rf"(?:عدد )?(?:ال)?{_COUNTED}\s*[:|-]?\s*[\d.,]+|[\d.,]+\s*{_COUNTED}|(?:وقت|مده|زمن) القراءه\s*:?.{{0,20}}"
    r"|(?:[\d.,]+ )?(?:دقيقه|دقائق|دقيقتان)(?: واحده)? (?:للقراءه|قراءه|من القراءه)"
)
_CREDIT = (
    r"[(\[]?\s*(?:تصوير|عدسه|صوره|الصوره|م?صدر الصوره|photo|photo by|credit)\s*[:/|-]\s*[^.]{2,50}[)\]]?"
    r"|(?:م?صدر الصوره|التعليق علي الصوره)\s*[،,].{0,160}"
    r"|(?:©|\(c\)|جميع الحقوق محفوظه|كل الحقوق محفوظه).{0,60}"
)
_SKIP = (  # for those who listen to pages
    r"(?:تخطي?|تجاوز) .{1,60}(?:واصل القراءه|مشاركه|المحتوي)|نهايه .{0,30}مشاركه"
    r"|(?:قصص|الاكثر|مواضيع|مقالات|اخبار|قائمه) .{0,40}نهايه|list (?:of \d+ items|\d+ of \d+)|end of list"
)
_LINE = re.compile(
    rf"{_SHARE}(?:[\s:|,،/]+{_SHARE})*\s*:?"
    r"|(?:اقرا|شاهد|اقراي|طالع|تابع|انظر)\s*(?:و)?\s*(?:ايضا|المزيد|كذلك)(?:\s*[:|.…>»]*)?"
    r"|(?:(?:اقرا|شاهد|طالع|انظر) (?:ايضا|كذلك|المزيد)|(?:لقراءه|لمتابعه|لمشاهده) المزيد|للمزيد|قد يهمك(?: ايضا)?"
    r"|قد يعجبك(?: ايضا)?|(?:مواضيع |اخبار )?ذات صله|خبر ذو صله)\s*(?:[:|>»-]|\.\.|…).{0,160}"
    r"|(?:هل )?اعجبك .{0,30}شارك.{0,40}|شارك(?:ه|ها|وا|نا)? .{0,30}(?:اصدقا|رايك).{0,20}"
    rf"|[>»\s]*و?(?:{_CALL})\b.{{0,80}}\b(?:[بل]|ال|لل|بال)?(?:{_CHANNEL})\b.{{0,50}}(?<!\.)"
    r"|.{0,60}\b(?:النشره|نشرتنا|القائمه البريديه|بريدك)\b.{0,40}\b(?:اشترك|اشتركوا|سجل|انضم)\b.{0,30}"
    r"|(?:الكلمات (?:المفتاحيه|الدلاليه|الداله)|كلمات (?:مفتاحيه|دلاليه)|وسوم|الوسوم|tags?)\s*:?.{0,120}"
    r"|(?:اعلان|اعلانات|advertisement|الرئيسيه|المزيد|اضافه تعليق|اضف تعليق|اترك تعليقا?)"
    r"|(?:https?://|www\.)\S+"
    rf"|{_COUNTER}|{_CREDIT}|{_SKIP}|{_TOOL}(?:[\s|/]+{_TOOL})*"
    r"|\W*(?:انتهي|يتبع|انتهاي پيام)[\W\d_]*\w?|[\d:.\s]{4,6}\s*(?:ت ?م|جمت|gmt)"
    r"|(?:المواضيع|مواضيع) ذات (?:ال)?صله\b.{0,80}"
    r"|المزيد من .{2,25}|(?:#[^\s#]+\s*)+"
    r"|(?:جدول |فهرس )?(?:ال)?محتويات(?: (?:المقال|المقاله|الموضوع|الصفحه|التقرير))?"
    r"|[\s\d.,:/|#%()•·*–—_=+-]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:الاكثر (?:قراءه|مشاهده|تداولا|شعبيه|تعليقا)|(?:مواضيع|اخبار|مقالات|موضوعات) (?:ذات صله|متعلقه|مشابهه|مرتبطه)"
    r"|(?:المواضيع|الاخبار|المقالات) (?:ذات الصله|المتعلقه|المرتبطه)|ذات صله|اخترنا لكم?|قد يعجبك ايضا|قد يهمك ايضا"
    r"|(?:اخر|احدث|ابرز) (?:الحلقات|الفيديوهات|البرامج|المقالات|المواضيع)|جدول (?:ال)?برامج|برامج (?:اليوم|القناه)"
    r"|(?:من )?برامجنا|دليل البرامج|علي الهواء(?: الان)?|اهم (?:المواضيع|التصنيفات)|خريطه البرامج"
    r"|اخر الاخبار|احدث الاخبار|اخبار اخري|التعليقات(?: \(?\d+\)?)?|شاركنا رايك|المزيد من الاخبار)\s*[:.…]*",
)
_DISCLAIMER = re.compile(
    r"(?:الاراء|المقالات|التعليقات|المقال|المواد)\b.{0,60}لا (?:ت|ي)عبر.{0,25}(?:راي|وجهه نظر|موقف|سياسه)"
)
_COOKIES = re.compile(
    r"(?:نستخدم|يستخدم|باستخدام|استمرارك).{0,60}(?:ملفات تعريف الارتباط|ملفات الارتباط|الكوكيز|cookies)"
)
_OFFER = re.compile(  # what stands below stories of agencies, and of those who take corrections
    r"للاشتراك (?:لدي|في) الوكاله|(?:من اجل|بغيه) الاشتراك .{0,30}(?:يرجي|الرجاء)"
    r"|اذا كنت (?:تعتقد|تري|لاحظت).{0,60}(?:المقال|الماده|الخبر|معلومات)"
    r"|(?:هل )?(?:وجدت|لاحظت) (?:اي )?خطا .{0,40}(?:ابلغ|اخبرنا|راسلنا)"
)
_POLICY = re.compile(
    r"سياسه الخصوصيه|شروط (?:ال)?استخدام|ارشادات الاستخدام|مراجعه التعليقات|جميع الحقوق محفوظه|قواعد النشر"
)
_BULLET = re.compile(r"^[-•·]\s+")  # trafilatura writes one before every list item
_MIN_ROW_LETTERS = 20  # of a table row; less is a download button or a player
_MAX_ITEM_DATE = 60
_MIN_HEAD_LETTERS = 120  # a tail begins after a story, not before it
_PROSE_CHARS = 60
_MOST = 0.6
_MIN_ROWS = 4  # of a schedule
_MAX_HEADING = 40
_LISTED_DATES = 3  # so many lines that are only a date make a schedule or a list of stories
_MAX_LINE_OF_LIST = 100
_ROW_OF_SCHEDULE = re.compile(
    r"(?:\d{1,2}[:.]\d{2}\s*(?:[صم]\b|am\b|pm\b)?\s*[-–—|:]?\s*\S.*|.*\S\s*[-–—|:]?\s*\d{1,2}[:.]\d{2})", re.IGNORECASE
)


def without_furniture(lines: list[str], names: AbstractSet[str]) -> list[str]:
    """The lines of the story, in order: no furniture, no tail, no line twice in a row.

    `names`: folded lines that are not of it, such as the title and the publisher's name."""
    kept: list[str] = []
    for line in _before_tail(lines):
        plain, same = _BULLET.sub("", alike(line).strip()), folded(line)
        if (
            same in names
            or _LINE.fullmatch(plain)
            or _TAIL.fullmatch(plain)
            or _is_policy(plain)
            or _is_empty_row(line)
        ):
            continue
        if kept and same and same == folded(kept[-1]):
            continue
        kept.append(line)
    return _without_outer_dates(kept)


def _without_outer_dates(lines: list[str]) -> list[str]:
    """Datelines above and below the story go; inside it (a fixture list) they are part of it."""
    start, end = 0, len(lines)
    while start < end and is_only_a_date(lines[start]):
        start += 1
    while end > start and is_only_a_date(lines[end - 1]):
        end -= 1
    return lines[start:end]


def _is_policy(plain: str) -> bool:
    """What publishers say above their comment forms and below their columns."""
    return (
        bool(_DISCLAIMER.search(plain) or _COOKIES.search(plain) or _OFFER.search(plain))
        or len(set(_POLICY.findall(plain))) >= 2
    )


def _is_empty_row(line: str) -> bool:
    return line.startswith("|") and line.endswith("|") and sum(map(str.isalpha, line)) < _MIN_ROW_LETTERS


def _before_tail(lines: list[str]) -> list[str]:
    """Cut at the heading of a tail, or where a list of dated items begins."""
    letters = 0
    for number, line in enumerate(lines):
        if letters >= _MIN_HEAD_LETTERS and _TAIL.fullmatch(alike(line).strip()) and not _goes_on(lines[number + 1 :]):
            return lines[:number]
        letters += len(line)
    lines = _before_schedule(lines)
    dated = [number for number, line in enumerate(lines) if _is_item_date(line)]
    if len(dated) < _LISTED_DATES:
        return lines
    listed = next((number for number in dated if sum(map(len, lines[:number])) >= _MIN_HEAD_LETTERS), None)
    if listed is None:
        return lines
    while listed > 0 and len(lines[listed - 1]) <= _MAX_LINE_OF_LIST and not lines[listed - 1].endswith("."):
        listed -= 1
    return lines[:listed] if sum(map(len, lines[:listed])) >= _MIN_HEAD_LETTERS else lines


def _goes_on(lines: list[str]) -> bool:
    """Whether the story follows, and no list: its heading stands alone among the lines when the list itself is out."""
    prose = sum(len(line) >= _PROSE_CHARS and line.endswith(ENDS) for line in lines)
    return bool(lines) and lines[0].endswith(ENDS) and len(lines[0]) >= _PROSE_CHARS and prose >= _MOST * len(lines)


def _before_schedule(lines: list[str]) -> list[str]:
    """Cut where nothing follows but rows with an hour each: "08:30 نشرة الثامنة". Their heading goes too."""
    end = len(lines)
    while end and len(lines[end - 1]) <= _MAX_LINE_OF_LIST and _is_row(lines[end - 1]):
        end -= 1
    if len(lines) - end < _MIN_ROWS or sum(map(len, lines[:end])) < _MIN_HEAD_LETTERS:
        return lines
    heading = lines[end - 1]
    return (
        lines[: end - 1] if len(heading) <= _MAX_HEADING and not heading.endswith((".", "!", "؟", "»")) else lines[:end]
    )


def _is_row(line: str) -> bool:
    """Whether a line is a row of a schedule; one of three cells or more is a table's: fixtures, prices."""
    return line.count(CELL_BREAK) < 2 and bool(_ROW_OF_SCHEDULE.fullmatch(ascii_digits(line)))


def _is_item_date(line: str) -> bool:
    """A line that is only a date with a time: "14:00 | 2025-12-31"."""
    if len(line) > _MAX_ITEM_DATE or not is_only_a_date(line):
        return False
    reading = read_date(line)
    return reading is not None and reading.clock is not None

"""Bylines as they are printed: labels, people, agencies, places and sources taken apart.

"القاهرة - سلمى الهاشمي" is a place and a person, "كتبت: …" a label and a person, "(أ ف ب)" an agency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from crawlers.extraction.arabic import folded, one_line, without_direction, words
from crawlers.extraction.dates import age_interval, is_only_a_date
from crawlers.extraction.names import GIVEN_NAMES, PLACES, is_agency, looks_like_a_name
from crawlers.extraction.nobodies import is_nobody, names_an_agency, without_role

MAX_NAME_CHARS: Final = 60
MAX_LINE_CHARS: Final = 120
_MAX_NAMES: Final = 10
_PLAIN_LABEL = (  # needs no colon
    r"(?:كتب(?:ت|ه|ها)?|بقلم|(?:مرسلة |أرسلت? |نشرت? |كتبت? |إضافة )?بواسطة|posted by|written by|by)"
)
_LABEL = (
    rf"(?:{_PLAIN_LABEL}|تحرير|[إا]عداد|[أا]عدت?(?:ه|ها)|تقديم|ترجمة|متابعة|تقرير|تحقيق|حوار|حاورت?(?:ه|ها)"
    r"|[أا]جر(?:ى|ت) (?:ال)?(?:حوار|مقابلة)|تغطية|كتابة|الكاتبة?|المحررة?|الصحفية?|المراسلة?"
    r"|author)"
)
_BYLINE = re.compile(
    rf"^\W*(?:{_PLAIN_LABEL}(?:\s*[:/|–-]+\s*|\s+|$)|{_LABEL}(?:\s*و\s*{_LABEL})*\s*[:/|–-]+\s*|author\s*,\s*)",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(rf"^\W*{_LABEL}\s+")
_LABELLED = re.compile(
    rf"(?:(?:^|[\s|•·–(-]){_LABEL}(?:\s*و\s*{_LABEL})?\s*[:/–-]+\s*|^author\s*,\s*)(\S.*)", re.IGNORECASE
)
_PLAINLY = re.compile(r"(?:بقلم|بواسطة)\s+(\S.*)")  # labels that need no colon within a line
_HOUSE: Final = words(  # what stands beside a publisher's name: "جريدة …", "فريق …"
    folded("جريدة صحيفة موقع قناة شبكة وكالة فريق نيوز news أخبار بوابة مجلة راديو تلفزيون مكتب مراسل مراسلو خاص من")
)
_CUT = re.compile(
    r"[|•·]|\s[-–—]\s*(?=\W*\d)|\d|\s(?:للنشرة|في|بتاريخ|يوم|منذ|آخر تحديث|تحديث)\s|https?:|www\.|@"
    r"|[\s،,-]{1,5}(?:ال)?(?:سبت|أحد|احد|[إا]ثنين|ثلاثاء|أربعاء|اربعاء|خميس|جمعة)(?=\W|$)"
    r"|[\s،,-]{1,5}(?:sun|mon|tues|wednes|thurs|fri|satur)day\b|[\s,-]{1,5}(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b",
    re.IGNORECASE,
)
_EDITED = re.compile(  # "(إعداد سلمى الهاشمي للنشرة العربية - تحرير كريم البستاني)"
    r"[(\[]?\s*(?:[إا]عداد|تغطية|شاركت? في|كتابة|ترجمة|تحرير)\b.{0,100}(?:تحرير|النشرة|للنشرة)\b.{0,60}[)\]]?"
)
_MAX_ROLE_WORDS: Final = 8
_WRITERS: Final = words(
    folded("كاتب كاتبة باحث باحثة صحفي صحفية صحافي صحافية إعلامي إعلامية أكاديمي أكاديمية محلل محللة")
)
_SOURCE = re.compile(r"\W*(?:المصدر|المصادر|نقلا عن|source)\s*[:|/–-]+\s*(.+)", re.IGNORECASE)
_OPENING = re.compile(r"[^()\n]{2,30}?(?:\(([^()\n]{2,30})\)|[-–—/]\s*([^()\n/–—-]{2,30}?)\s*[-–—/:])")
_CLOSING = re.compile(r"[(\[]([^()\[\]]{2,30})[)\]]\W*$")
_PARTS_ABOVE = re.compile(r"\s*[|•·]\s*|\s+[-–—ـ_]+\s+")
_PLACE_AND_AGENCY = re.compile(r"\w+(?: \w+){0,2}[-–—ـ]\w[\w .]{1,20}")  # "دمشق-سانا"
_MAX_PARTS: Final = 3
_HOUSE_AND_ONE: Final = 2
_MAX_HOUSE_WORDS: Final = 2  # of a publisher's name beside a person's: "هسبيدر - نادر قاسم"
_ANY_MOMENT: Final = datetime(2000, 6, 15, 12, tzinfo=UTC)
_DASH = re.compile(r"\s*[-–—]\s*")
_INITIALS = re.compile(r"[ء-ي]ـ?(?:[\s./،\\-]+[ء-ي]ـ?){1,7}")
_MAX_SIGNED: Final = 3  # lines at either end of a story
_SEPARATORS = re.compile(r"\s*(?:[،,;/&+()\[\]]|\s[-–—ـ_]+\s|\sو\s|\band\b)\s*")
_WROTE = re.compile(r"\W*كتب(?:ت|ها|ه|تها)?\s+(\S.*)")  # a verb of prose too: only before a name and nothing else
_CONTACT = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}|@\w{1,40}")
_NO_WRITER = re.compile(r"\s*(?:تصوير|عدسة|مونتاج|رسوم|رسم|كاريكاتير|إخراج|photos?|photos? by)\s*[:/–-]", re.IGNORECASE)
_MAX_TEXT: Final = 1_000  # characters of what is looked at for names
_AROUND: Final = " ()[]-–—ـ_/:*"
_BEFORE_A_NAME = re.compile(r"(\w{2,14})\s*[-–—ـ_/:]+\s*(\S.*)")
_AT_A_HOUSE = re.compile(r"\s*[|/•·:]+\s*|\s+[-–—ـ_]+\s+")
_BEHIND_A_NAME = re.compile(r"(\S.*?)\s+[-–—ـ_/]+\s*(\w{2,14})")
_NOT_SPLIT: Final = words(
    folded("وليد وائل وسام وسيم وفاء وديع وحيد وداد وجدي وجيه ورد ولاء وعد وصفي وهبة وهيب ود وهبي")
)


def without_signature(lines: list[str], houses: AbstractSet[str] = frozenset()) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a story without bylines, sources and signatures at its ends; and those, in order.

    `houses`: what the publisher calls itself, folded."""
    start, end = 0, len(lines)
    above: list[str] = []
    while start < min(_MAX_SIGNED, end - 1) and (said := _above_the_story(lines[start], houses)) is not None:
        above += said
        start += 1
    while end > max(start + 1, len(lines) - _MAX_SIGNED) and (
        is_byline(lines[end - 1]) or _is_signature(lines[end - 1])
    ):
        end -= 1
    return lines[start:end], (*above, *lines[end:])


def _above_the_story(line: str, houses: AbstractSet[str]) -> list[str] | None:
    """The bylines in a line of them, dates and places: "بيروت - سلمى الهاشمي | 5 آذار 2020"; None: it is prose."""
    if is_byline(line) or is_dated(line):
        return [] if is_dated(line) else [line]
    if _INITIALS.fullmatch(line.strip(_AROUND + ".")):
        return []
    if len(line) <= MAX_NAME_CHARS:
        beside = _beside_the_house(line, houses) or _without_a_place(line)
        if beside != line:
            return [beside] if looks_like_a_name(beside) else []
    if len(line) <= MAX_NAME_CHARS and _PARTS_ABOVE.search(line):
        line = line.rstrip(" :")  # "القاهرة - سلمى الهاشمي:"
    if len(line) > MAX_LINE_CHARS or line.endswith((".", ":", "!", "؟")):
        return None
    parts = [part for part in _PARTS_ABOVE.split(line) if part.strip()]
    named = [part for part in parts if is_byline(part) or looks_like_a_name(part) or is_agency(part)]
    rest = [part for part in parts if part not in named and not is_dated(part) and folded(part) not in PLACES]
    house = len(rest) == 1 and len(parts) <= _MAX_PARTS and bool(named) and len(line) <= MAX_NAME_CHARS
    if len(parts) == 1 and len(line) <= MAX_NAME_CHARS and _PLACE_AND_AGENCY.fullmatch(line):
        said = line.replace("ـ", "-").rpartition("-")[2].strip()
        return [said] if is_agency(said) else None
    if (rest and not (house and len(rest[0].split()) <= _MAX_HOUSE_WORDS)) or not parts:
        return None
    return named


def _beside_the_house(text: str, houses: AbstractSet[str]) -> str | None:
    """The person or place beside the publisher's name: "النهر : سلمى الهاشمي"; None if there is none."""
    parts = [part for part in _AT_A_HOUSE.split(text.strip(" :")) if part.strip()]
    rest = [part for part in parts if folded(part) not in houses and (not is_nobody(part) or names_an_agency(part))]
    if len(parts) != _HOUSE_AND_ONE or len(rest) != 1:
        return None
    return rest[0] if len(rest[0].split()) == 1 or folded(rest[0]) in PLACES or looks_like_a_name(rest[0]) else None


def is_dated(text: str) -> bool:
    """Whether a line is nothing but a date or an age."""
    return is_only_a_date(text) or age_interval(text, _ANY_MOMENT) is not None


def _is_signature(line: str) -> bool:
    """A person or an agency alone on a line, a writer's or an editor's initials, or a line that names the source."""
    bare = line.strip(_AROUND + ".")
    first, _, inside = bare.partition("(")
    if _INITIALS.fullmatch(bare) or (_INITIALS.fullmatch(first.strip()) and is_agency(inside)):
        return True
    if (_SOURCE.fullmatch(line) and len(line) <= MAX_NAME_CHARS) or _EDITED.fullmatch(line):
        return True
    said = folded(bare).split()
    if 1 < len(said) <= _MAX_ROLE_WORDS and said[0] in _WRITERS and not line.endswith((".", "!", "؟", "…")):
        return ":" not in line  # "* كاتب من لبنان"
    return len(bare) <= MAX_NAME_CHARS and (looks_like_a_name(bare) or is_agency(bare))


def agency_in(lines: Sequence[str]) -> str | None:
    """The agency that opens the first line ("القاهرة (أ ف ب) -") or closes the last ("… (رويترز)")."""
    if not lines:
        return None
    opening = _OPENING.match(lines[0])
    for said in (
        (opening[1] or opening[2]) if opening else None,
        closing[1] if (closing := _CLOSING.search(lines[-1])) else None,
    ):
        if said and is_agency(said):
            return said.strip(" .-–—")
    return None


def is_byline(line: str) -> bool:
    """Whether a whole line is a label and a name: "كتب: …", "القاهرة - وكالات"."""
    label = _BYLINE.match(line) if line.endswith(":") else _BARE_LABEL.match(line)
    if label is not None and looks_like_a_name(line[label.end() :].strip(" :")):
        return True
    if len(line) > MAX_LINE_CHARS or line.endswith((".", ":", "!", "؟")):
        return False
    found = _LABELLED.match(line) or _PLAINLY.match(line)
    if found is not None:
        return len(found[1].split()) <= 8 and not any(sign in found[1] for sign in '«»"“”:')
    parts = [part for part in _SEPARATORS.split(line.strip("() ")) if part]
    named = [is_agency(part) or looks_like_a_name(part) for part in parts]
    return any(named) and all(known or folded(part) in PLACES for known, part in zip(named, parts, strict=True))


def people_in(found: list[str], publisher: set[str]) -> tuple[tuple[str, ...], str | None]:
    """People and the agency in some texts."""
    people: list[str] = []
    agency: str | None = None
    for text in found:
        plain = one_line(_CONTACT.sub(" ", without_direction(one_line(text[:_MAX_TEXT]))))
        if is_agency(alone := _BYLINE.sub("", plain).strip(_AROUND)):
            agency = agency or alone
            continue
        said = _CUT.split(_without_label(plain), maxsplit=1)[0].strip()
        houses = False
        beside = _beside_the_house(said, publisher)
        for part in _parts(beside if beside and looks_like_a_name(beside) else _without_a_place(said)):
            name = without_role(_without_label(part).strip(" ،,:|()[]{}«»\"'*.-–—_/").strip())
            if is_agency(name) or names_an_agency(name):
                agency = agency or name
            elif _is_person(name, publisher) and name not in people:
                people.append(name)
            elif is_nobody(name) or folded(name) in publisher:
                houses = True
        if houses:  # "الجبل - النهر نت": beside a house, one word that is no given name is a place
            people = [one for one in people if " " in one or folded(one) in GIVEN_NAMES]
    return tuple(people[:_MAX_NAMES]), agency


def _without_label(text: str) -> str:
    shorter = _BYLINE.sub("", text)
    while shorter != text:
        text, shorter = shorter, _BYLINE.sub("", shorter)
    return text


def _without_a_place(text: str) -> str:
    """A name without the one word that a dash sets beside it: a town that we do not know, a desk, the publisher."""
    if len(text) > MAX_NAME_CHARS:
        return text
    before, behind = _BEFORE_A_NAME.fullmatch(text), _BEHIND_A_NAME.fullmatch(text)
    for found, word, name in ((before, 1, 2), (behind, 2, 1)):
        known = found is None or folded(found[word]) in GIVEN_NAMES or is_agency(found[word])
        if found is not None and not known and looks_like_a_name(found[name]):
            return found[name]
    return text


def _parts(text: str) -> Iterator[str]:
    """Names in a byline: what stands between separators, places left out; "… و…" between two whole names."""
    for part in _SEPARATORS.split(text):
        place, _, rest = part.partition(":")
        part = rest if rest and folded(place) in PLACES else part
        if not part.strip() or folded(part) in PLACES or _NO_WRITER.match(part):
            continue
        sides = [side.strip() for side in _DASH.split(part)]
        if len(sides) > 1 and all(map(looks_like_a_name, sides)):
            yield from sides
            continue
        said = part.split()
        at = next(
            (n for n in range(2, len(said) - 1) if said[n].startswith("و") and folded(said[n]) not in _NOT_SPLIT), 0
        )
        if at and len(said[at]) > 2:
            yield " ".join(said[:at])
            yield " ".join([said[at][1:], *said[at + 1 :]])
        else:
            yield part


def _is_person(name: str, publisher: set[str]) -> bool:
    plain = folded(name)
    if _INITIALS.fullmatch(name):
        return False
    usable = 2 < len(name) <= MAX_NAME_CHARS and bool(plain) and len(name.split()) <= 7
    if not usable or plain in publisher or is_nobody(name):
        return False
    said = set(plain.split())
    houses = (one for one in publisher if f" {one} " in f" {plain} ")
    return not any(said - set(one.split()) <= _HOUSE | PLACES for one in houses)


def source_in(line: str) -> str | None:
    """Whom a line names as its source: "المصدر: …"."""
    found = _SOURCE.fullmatch(line)
    return found[1].strip() if found is not None and len(found[1]) <= MAX_NAME_CHARS else None


@lru_cache(maxsize=1024)  # pages ask for an element, and for each of those in it
def label_in(text: str) -> str | None:
    """What follows a label within a short line: "… كتب: سلمى الهاشمي"; None if there is none."""
    wrote = _WROTE.match(text)
    if wrote is not None and looks_like_a_name(_CUT.split(wrote[1], maxsplit=1)[0].strip()):
        return wrote[1]
    found = _LABELLED.search(text) or _PLAINLY.match(text)
    return found[1] if found is not None and len(_CUT.split(found[1])[0].split()) <= 8 else None

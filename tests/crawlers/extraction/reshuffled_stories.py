"""Stories of a port, a plain and a hill, with their readers' comments: the words of the reshuffled templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

OPENINGS: Final = [
    "أعلنت إدارة الميناء القديم أمس أن الرصيف الثالث سيفتح أمام الصيادين بعد إصلاح استمر سبعة أشهر",
    "وصلت إلى البلدة قافلة من أربعين شاحنة محملة بالبذور قبل بدء موسم الزراعة في السهل الشرقي",
    "اختتم طلاب المعهد الفني معرضهم السنوي الذي ضم مئة وعشرين عملا من الخشب والنحاس والزجاج",
    "قررت نقابة سائقي الحافلات تمديد خط الجامعة حتى الحي الجديد تلبية لطلب مئات السكان هناك",
    "سجلت محطة الرصد فوق التل أعلى كمية من المطر منذ ثلاثين عاما خلال ليلة واحدة من هذا الأسبوع",
]
_MIDDLES: Final = [
    'وقال المشرف على العمل للصحفيين: "لم يكن الأمر سهلا، لكن الأهالي ساعدونا بأيديهم من اليوم الأول".',
    "وأوضح أن الكلفة بلغت نصف ما كان مقدرا لها، وأن ما بقي من المال سيذهب إلى إنارة الطريق المؤدي إليه.",
    "وكانت أصوات قد ارتفعت في المجلس تطالب بنشر تفاصيل العقود، فنشرت كلها على لوحة الإعلانات في السوق.",
    "ويرى مهندسون أن التجربة تصلح لأن تعاد في مدن أخرى، شرط أن يبقى القرار بيد من يعيشون فيها.",
]
_ENDS: Final = [
    "ومن المنتظر أن يجتمع الطرفان مرة أخرى بعد العيد للنظر في ما تحقق وما تأخر من الوعود.",
    "ولم يصدر تعليق من الوزارة حتى ساعة إعداد هذا الخبر، مع أنها دعيت إلى الحضور مرتين.",
    "وختم بالقول إن الباب مفتوح لكل من يريد أن يسأل أو يعترض أو يساعد.",
]
# An age as it is printed, and a span that lies in it.
AGES: Final[dict[str, timedelta]] = {
    "قبل ساعتين": timedelta(hours=2, minutes=20),
    "منذ 3 أيام": timedelta(days=3, hours=2),
    "منذ 6 سنوات 6 أشهر": timedelta(days=6 * 365.25 + 6 * 30.5 + 5),
    "قبل 45 دقيقة": timedelta(minutes=45, seconds=20),
    "منذ أسبوع": timedelta(days=8),
    "منذ شهرين": timedelta(days=70),
    "قبل ١١ ساعة": timedelta(hours=11, minutes=20),
    "منذ سنة": timedelta(days=400),
    "قبل يوم واحد": timedelta(days=1, hours=5),
}
_NAMES: Final = [
    "قارئ من الميناء",
    "أم يزن",
    "salim92",
    "نورا",
    "عابر سبيل",
    "سمير الحلاق",
    "بنت البلد",
    "متابعة",
    "أبو فراس",
]
_WORDS: Final = [
    "الله يعطيكم العافية، انتظرنا هذا الخبر من زمان ولم نصدق أنه سيأتي.",
    "كلام جميل.",
    "أين كانت هذه الأموال حين طالبنا بإصلاح المدرسة؟ سؤال نوجهه إلى المجلس كله ولا ننتظر جوابا.",
    "هل يستطيع أحد أن يخبرنا متى يبدأ العمل في الجهة الغربية؟",
    "شكرا",
    "أنا كنت هناك، والصورة التي في الخبر قديمة. اليوم المكان أجمل بكثير مما ترون.",
    "لا أوافق على ما قاله المشرف، الأهالي دفعوا أكثر مما ذكر.",
    "ان شاء الله خير",
    "نرجو أن تنشروا أسماء الذين تبرعوا، فهم أحق بالشكر من غيرهم!",
]


@dataclass(frozen=True, slots=True)
class Story:
    number: int

    @property
    def day(self) -> date:
        return date(2020, 3, 1 + self.number % 27)

    def printed(self, month: str) -> str:
        return f"{self.day.day} {month} {self.day.year}"

    @property
    def title(self) -> str:
        return f"{' '.join(OPENINGS[self.number % 5].split()[:7])} في المرحلة {self.number}"

    @property
    def paragraphs(self) -> list[str]:
        middles = [_MIDDLES[(self.number + step) % 4] for step in range(3)]
        first = f"{OPENINGS[self.number % 5]}، وذلك ضمن المرحلة رقم {self.number} من الخطة."
        marked = [
            f"{line[:-1]} ({self.number}-{step})." if line.endswith(".") else line for step, line in enumerate(middles)
        ]
        return [first, *marked, f"{_ENDS[self.number % 3][:-1]} في المرحلة {self.number + 1}."]

    @property
    def comments(self) -> list[tuple[str, str, str]]:
        """Name, age, words."""
        ages = list(AGES)
        return [
            (_NAMES[(self.number + n) % 9], ages[(self.number * 2 + n) % 9], _WORDS[(self.number + n) % 9])
            for n in range(5)
        ]

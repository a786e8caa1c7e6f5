"""Which language a text is in, by its letters first, its commonest words next, and what the page declares last.

Arabic, Persian, Urdu, Kurdish (Sorani), Pashto and Uyghur share a script and part ways in a few letters; English
and French in a few words. A declaration that the letters contradict is ignored: templates are copied."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from crawlers.extraction import arabic

_MAX_CHARS: Final = 20_000  # enough to tell; a book is not read
_ARABIC_VARIETIES: Final = frozenset(("ar", "arz", "ary", "arq", "apc", "acm", "ajp", "afb", "ayl", "aeb"))
_ALIASES: Final = {
    "ku": "ckb",
    "prs": "fa",
    "per": "fa",
    "fas": "fa",
    "ara": "ar",
    "urd": "ur",
    "eng": "en",
    "fra": "fr",
}
_SCRIPTS: Final = {
    "ARABIC": (*_ARABIC_VARIETIES, "fa", "ur", "ckb", "ps", "ug", "sd", "azb", "ks", "pnb"),
    "CYRILLIC": ("ru", "uk", "bg", "sr", "kk", "ky", "tg", "mk", "be"),
    "HEBREW": ("he", "yi"),
    "GREEK": ("el",),
    "ARMENIAN": ("hy",),
    "ETHIOPIC": ("am", "ti"),
    "CJK": ("zh", "ja"),
    "HANGUL": ("ko",),
    "DEVANAGARI": ("hi",),
    "BENGALI": ("bn",),
    "THAANA": ("dv",),
}
_SCRIPT_OF: Final = {code: script for script, codes in _SCRIPTS.items() for code in codes}
_ONE_LANGUAGE: Final = {"HEBREW": "he", "GREEK": "el", "ARMENIAN": "hy", "THAANA": "dv"}

# Letters that only one of them writes (or that it writes far more than its neighbours).
_LETTERS: Final = {
    "ckb": "ەێۆڕڵڤ",
    "ur": "ٹڈڑںےہھ",
    "ps": "ټډړږښڼېۍځڅ",
    "ug": "ېۇۈۋڭ",
    "fa": "پچژگیک",
    "ar": "ةىأإ",
}
_WORDS: Final = {
    "ar": "في من على إلى الى أن ان عن التي الذي هذا هذه كان كانت بعد قال وقال خلال ما لا مع بين حيث عام",
    "fa": "است که را این می های به از با در بر آن برای شد شده بود کرد خود تا یک و هم اند",
    "ur": "کے کی کا میں ہے ہیں سے کو نے اور پر یہ تھا کہ گیا ان ایک بھی اس",
    "ckb": "لە بە بۆ و کە ئەم ئەو لەگەڵ دا دەکات بوو هەر لەسەر ئێمە دوای",
    "ps": "په د کې چې دی ته له او ده شو کړي سره دا هغه يې",
    "en": "the of and to in is that for was on with as by at from it he are has said this",
    "fr": "le la les de des et un une est dans pour que qui sur au par avec du il elle ne pas plus ce",
}
_NEIGHBOURS: Final = {  # of Latin script; told apart so that they do not pass for English or French
    "es": "el los las una por con del para como más fue son su al que en",
    "de": "der die das und ist nicht mit von den ein eine auf für dem zu im sich auch",
    "tr": "ve bir bu için ile olarak olan daha çok sonra kadar gibi ise de da",
    "it": "il di che la per non una sono del con più gli della alla è",
    "pt": "o os as um uma não para com por mais do da dos das ao foi são",
}
_WORD = re.compile(r"[^\W\d_]+")
_STOPWORDS: Final = {code: frozenset(words.split()) for code, words in (_WORDS | _NEIGHBOURS).items()}
_MIN_WORDS: Final = 2  # of one Latin language, where words of others are there too
_SHARE_OF_LETTERS: Final = 0.02  # of a text's Arabic letters that are another language's own, before they count
_MUCH: Final = 0.4  # of a text's letters: an article beside its translation
_IN_ARABIC: Final = 0.15  # so many Persian letters are names and keyboards in an Arabic text


def language_of(text: str, declared: str | None, fallback: str | None = None) -> str | None:
    """The language of a text as BCP 47 code; None if neither letters, words nor page tell.

    `declared`: what the page says, as written; `fallback`: the publisher's, for a text that could be in it."""
    sample = text[:_MAX_CHARS]
    said = _code(declared)
    script = _script(sample, _SCRIPT_OF.get(said or ""))
    if script is None:
        return said
    if script == "ARABIC":
        found = _of_arabic_script(sample)
        if found == "ar" and said in _ARABIC_VARIETIES:
            return said
        return found or next((code for code in (said, fallback) if code and _SCRIPT_OF.get(code) == script), "ar")
    if script == "LATIN":
        found = _of_latin_script(sample)
        return found or (said if said is not None and said not in _SCRIPT_OF else None)
    return said if said is not None and _SCRIPT_OF.get(said) == script else _ONE_LANGUAGE.get(script)


def _code(declared: str | None) -> str | None:
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", declared or "")
    return _ALIASES.get(found[1].lower(), found[1].lower()) if found else None


def _script(sample: str, declared: str | None) -> str | None:
    """The script that most letters are of, by their Unicode names; of two with much each, the declared one."""
    counts: Counter[str] = Counter()
    for sign, times in Counter(sample).items():
        if sign.isalpha() and sign != "\N{ARABIC TATWEEL}":
            counts[unicodedata.name(sign, "?").partition(" ")[0]] += times
    if declared is not None and counts[declared] >= _MUCH * counts.total() > 0:
        return declared
    return counts.most_common(1)[0][0] if counts else None


def _of_arabic_script(sample: str) -> str | None:
    plain = arabic.without_marks(unicodedata.normalize("NFKC", sample))
    signs = Counter(plain)
    letters = {sign: times for sign, times in signs.items() if "\u0600" <= sign <= "\u06ff" and sign.isalpha()}
    total = sum(letters.values())
    share = {code: sum(letters.get(sign, 0) for sign in own) / total for code, own in _LETTERS.items()}
    words = Counter(_WORD.findall(plain))
    often = {code: sum(words[word] for word in _STOPWORDS[code]) / sum(words.values()) for code in _STOPWORDS}
    the = sum(times for word, times in words.items() if word.startswith("ال") and len(word) > 3) / sum(words.values())
    for code in ("ckb", "ug", "ps", "ur"):
        if share[code] >= _SHARE_OF_LETTERS and share[code] > share["ar"]:
            return code
    arabic_signs = share["ar"] + the + often["ar"]
    persian_signs = share["fa"] + often["fa"]
    if persian_signs > arabic_signs and share["fa"] + often["fa"] >= _IN_ARABIC:
        return "fa"
    return "ar" if arabic_signs > 0 else None


def _of_latin_script(sample: str) -> str | None:
    words = Counter(_WORD.findall(sample.lower()))
    found = {code: sum(words[word] for word in _STOPWORDS[code]) for code in ("en", "fr", *_NEIGHBOURS)}
    best = max(found, key=lambda code: found[code])
    others = sum(found.values()) - found[best]
    sure = found[best] >= _MIN_WORDS or (found[best] == 1 and others == 0)
    return best if sure and list(found.values()).count(found[best]) == 1 else None

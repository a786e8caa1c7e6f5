"""The lasting identity of an article behind its URL shapes: AMP twins, tracking parameters, mobile hosts.

Pure; both the spider (is this one known?) and the reading (document_key) ask here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from crawlers.source import Source

TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|mc_cid|mc_eid"
    r"|mkt_tok|_hs(?:enc|mi)|vero_id|oly_\w+_id|spm|srsltid|__twitter_impression|_branch_match_id|wt_mc|xtor|at_\w+"
    r"|ref|ref_src|ref_url|_ga|_gl|ocid|cmpid|fb_(?:action_\w+|ref|source)|share|shared|traffic_source"
    r"|amp|amp_\w+|outputtype|nocache|no_cache|cachebuster|_|rnd|rand"
    r"|phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|cfid|cftoken",
    re.IGNORECASE,
)
# Whole pairs: `m=5` and a short `sid` choose the article on many old sites.
_TWIN: Final = re.compile(
    r"(?:print|printable|printer|mobile|m)(?:=(?:1|true|yes))?|view=(?:print|amp|mobile)|sid=[0-9a-z-]{16,}",
    re.IGNORECASE,
)
_TWIN_STEPS = frozenset(("amp", "print", "printable", "print-page"))
_TWIN_FILE = re.compile(r"[._-](?:amp|print)(\.(?:html?|php|aspx?))$|\.(?:amp|print)$", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch|print)\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def document_key(url: str, source: Source) -> str:
    """`{source.id}:{id}` where an article_url pattern with a group named `id` matches, else a folded URL.

    The folded URL has no scheme, no "www." or "m.", no tracking or session parameters, no /amp or /print, no
    trailing slash, and no fragment but `#!…`; the order of the remaining parameters is kept."""
    for pattern in source.article_url:
        found = pattern.search(url)
        if found is not None and found.groupdict().get("id"):
            return f"{source.id}:{found['id']}"
    return folded_url(url)


def folded_url(url: str) -> str:
    """A URL without what does not change the article. A URL that does not parse is returned as it is."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    if not host:
        return url
    host = _HOST_PREFIX.sub("", host) if host.count(".") > 1 else host
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = _without_tracking(parts.query)
    fragment = f"#{_canonical_escapes(parts.fragment)}" if _is_address(parts.fragment) else ""
    return host + _folded_path(parts.path) + (f"?{query}" if query else "") + fragment


def _is_address(fragment: str) -> bool:
    """Whether a fragment says which article: sites that draw their pages by script write `#!/news/12`."""
    return fragment.startswith("!") and len(fragment) > 1


def _folded_path(path: str) -> str:
    steps = [step for step in _canonical_escapes(_PATH_SESSION.sub("", path)).split("/") if step]
    if steps and steps[-1].lower() in _TWIN_STEPS and len(steps) > 1:
        steps.pop()
    elif len(steps) > 1 and steps[0].lower() in _TWIN_STEPS:
        steps.pop(0)
    elif steps:
        steps[-1] = _TWIN_FILE.sub(lambda found: found[1] or "", steps[-1])
    return "".join(f"/{step}" for step in steps)


def _without_tracking(query: str) -> str:
    pairs = (pair for pair in query.split("&") if pair)
    kept = (pair for pair in pairs if not (TRACKING.fullmatch(pair.partition("=")[0]) or _TWIN.fullmatch(pair)))
    return "&".join(map(_canonical_escapes, kept))


def _canonical_escapes(text: str) -> str:
    """Escapes in capitals, and letters beyond ASCII escaped: the three spellings of one path are one."""
    escaped = "".join(letter if letter.isascii() else _percent(letter) for letter in text)
    return _ESCAPE.sub(lambda found: f"%{found[1].upper()}", escaped)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))

"""What a publisher says of machines using its pages: recorded with each capture, and obeyed if the policy says so.

Read are Content-Signal lines and the rules for AI agents in robots.txt, `tdm-reservation`, and `noai` in X-Robots-Tag
or a robots meta element. Sources: https://contentsignals.org/, https://www.w3.org/community/reports/tdmrep/"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from crawlers.robots_rules import Robots

# Crawlers for AI, as they name themselves in robots.txt. Source: https://github.com/ai-robots-txt/ai.robots.txt
AI_AGENTS = (
    "GPTBot", "ChatGPT-User", "OAI-SearchBot", "ClaudeBot", "Claude-Web", "anthropic-ai", "CCBot", "Google-Extended",
    "Applebot-Extended", "Bytespider", "PerplexityBot", "meta-externalagent", "FacebookBot", "Amazonbot", "cohere-ai",
    "Diffbot", "omgili", "omgilibot", "ImagesiftBot", "Timpibot", "YouBot", "AI2Bot", "PanguBot", "ICC-Crawler",
    "img2dataset", "Webzio-Extended", "Meta-ExternalFetcher", "DuckAssistBot", "MistralAI-User", "Scrapy",
)  # fmt: skip
_HEAD_BYTES, _AT_ONCE = 32 << 10, 8 << 10  # where a page's meta elements are looked for, and what is inflated first
_BODY = re.compile(rb"<(?:/head|body|p|div)\b", re.IGNORECASE)  # with these a head ends
_META = re.compile(rb"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_NO_AI = re.compile(r"\b(?:noai|noimageai)\b", re.IGNORECASE)
_TRAINING_NO = re.compile(r"\bai-train\s*=\s*no\b", re.IGNORECASE)


class AiPolicy(StrEnum):
    """What is done about it: the setting WARRAQ_AI_POLICY."""

    RECORD = "record"  # said rules are written down; what robots.txt says to all is obeyed, as ever
    OBEY = "obey"  # and what is reserved from AI is not fetched


def said_of_site(robots: Robots, url: str) -> dict[str, str]:
    """What robots.txt says of a URL, as fields of a metadata record; empty: nothing."""
    said = {}
    if robots.signals:
        said["content-signal"] = "; ".join(robots.signals)
    forbidden = robots.forbidden_to(AI_AGENTS, url)
    if forbidden:
        said["ai-agents-forbidden"] = " ".join(forbidden)
    return said


def reserved(said: Mapping[str, str]) -> str | None:
    """Why a page is not for AI, by what `said_of_site` gives; None: nothing says so."""
    if _TRAINING_NO.search(said.get("content-signal", "")):
        return "robots.txt says ai-train=no"
    agents = said.get("ai-agents-forbidden")
    return f"robots.txt forbids it to {agents.partition(' ')[0]}" if agents else None


def said_in_answer(headers: Iterable[tuple[str, str]], body: bytes) -> dict[str, str]:
    """What an answer's own head and its page say, as fields of a metadata record. `body`: as sent."""
    sent: dict[str, list[str]] = {}
    for name, value in headers:
        sent.setdefault(name.lower(), []).append(value.strip())
    said = {}
    for name in ("tdm-reservation", "tdm-policy", "content-signal"):
        if sent.get(name):
            said[f"header-{name}"] = ", ".join(sent[name])
    tags = [value for value in sent.get("x-robots-tag", ()) if _NO_AI.search(value)]
    if tags:
        said["header-x-robots-tag"] = ", ".join(tags)
    if "html" in " ".join(sent.get("content-type", ())).lower():
        said |= _said_in_page(_start_of(body, " ".join(sent.get("content-encoding", ())).lower()))
    return {name: " ".join(value.split()) for name, value in said.items()}


def _start_of(body: bytes, coding: str) -> bytes:
    if "gzip" not in coding:
        return body[:_HEAD_BYTES]
    inflating = zlib.decompressobj(wbits=31)  # isal takes three times as long to begin
    try:
        start = inflating.decompress(body, _AT_ONCE)
        if inflating.eof or _BODY.search(start):
            return start
        return start + inflating.decompress(inflating.unconsumed_tail, _HEAD_BYTES - _AT_ONCE)
    except zlib.error:
        return b""


def _said_in_page(start: bytes) -> dict[str, str]:
    said = {}
    for element in _META.findall(start):
        found = {
            name.decode("ascii").lower(): (quoted or single or bare).decode("latin-1").strip()
            for name, quoted, single, bare in _ATTRIBUTE.findall(element)
        }
        name, content = found.get("name", "").lower(), found.get("content", "")
        if name in ("tdm-reservation", "tdm-policy") or (name == "robots" and _NO_AI.search(content)):
            said[f"meta-{name}"] = content
    return said

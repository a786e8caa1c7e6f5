"""Paragraphs made of <br> become paragraphs, and joiners get through trafilatura.

Old Arabic sites put a whole article into one <div> or <td> with <br> between the lines; trafilatura reads
that as one block of inline text, and often drops it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from crawlers.extraction.arabic import ZWJ, ZWNJ
from crawlers.extraction.page import BLOCKS, Element

_MIN_BROKEN_CHARS = 80  # less than that between <br>s is an address or a menu, not an article
_MIN_COLUMN_CHARS = 250
_MIN_ROWS = 3
_MAX_ROWS = 1_000  # that are looked at
_ALIKE_ROWS = 0.6
CELL_BREAK = " | "
_TABLE_PARTS = ("thead", "tbody", "tfoot", "tr", "td", "th")
_HOLDERS = ("div", "td", "p", "span", "font", "article", "section", "center", "b", "strong", "blockquote", "main")
_BLOCK_HOLDERS = frozenset(("div", "td", "article", "section", "center", "blockquote", "main"))

# trafilatura drops what is not printable, joiners too. These two letters of Linear A stand for them on the
# way through; a page that holds Linear A itself goes through without its joiners rather than with false ones.
_STAND_INS = {ZWNJ: "\N{LINEAR A SIGN AB001}", ZWJ: "\N{LINEAR A SIGN AB002}"}
_JOINERS_BACK = str.maketrans({stand_in: joiner for joiner, stand_in in _STAND_INS.items()})
_JOINERS_OUT = str.maketrans(_STAND_INS)


@dataclass(frozen=True, slots=True)
class Joiners:
    """Whether a tree's joiners are swapped for stand-ins; `restore` undoes it in a text read from the tree."""

    swapped: bool

    def restore(self, text: str) -> str:
        return text.translate(_JOINERS_BACK) if self.swapped else text


def swap_joiners(tree: Element) -> Joiners:
    """Put stand-ins for ZWNJ and ZWJ into the tree, in place."""
    whole = "".join(tree.itertext())
    if not (ZWNJ in whole or ZWJ in whole) or any(stand_in in whole for stand_in in _STAND_INS.values()):
        return Joiners(swapped=False)
    for element in tree.iter():
        if element.text:
            element.text = element.text.translate(_JOINERS_OUT)
        if element.tail:
            element.tail = element.tail.translate(_JOINERS_OUT)
    return Joiners(swapped=True)


def unfold_layout_tables(tree: Element) -> None:
    """Turn tables that lay out a page into <div>s, in place; tables of figures and fixtures stay tables."""
    layouts = [table for table in tree.iter("table") if any(map(_is_column, table.iter("td")))]
    for table in layouts:
        own = [part for part in table.iter(*_TABLE_PARTS) if next(part.iterancestors("table")) is table]
        for part in own:
            part.tag = "div"
    for table in layouts:
        table.tag = "div"


def _is_column(cell: Element) -> bool:
    """Whether a cell holds a column of a page, not a datum."""
    if cell.find(".//table") is not None or len(cell.findall(".//p")) > 1:
        return True
    return sum(len(text.strip()) for text in islice(cell.itertext(), 100)) >= _MIN_COLUMN_CHARS


def join_rows(tree: Element) -> None:
    """Make each row of a table of data one paragraph, its cells apart by " | ", in place.

    A table of data has three rows of as many cells, two or more, and no block in any cell but one."""
    for table in [one for one in tree.iter("table") if _is_of_data(one)]:
        for row in list(table.iter("tr")):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            for cell in cells:
                for block in list(cell.iterdescendants(*BLOCKS)):
                    block.tag = "span"
                cell.tag = "span"
                cell.tail = None
            for cell in cells[:-1]:
                cell.tail = CELL_BREAK
            row.tag = "p"
        for part in list(table.iter("thead", "tbody", "tfoot", "caption")):
            part.tag = "p" if part.tag == "caption" else "div"
        table.tag = "div"


def _is_of_data(table: Element) -> bool:
    if table.find(".//table") is not None:
        return False
    sizes = [sum(cell.tag in ("td", "th") for cell in row) for row in islice(table.iter("tr"), _MAX_ROWS)]
    wide = Counter(size for size in sizes if size > 1)
    if not wide or max(wide.values()) < max(_MIN_ROWS, _ALIKE_ROWS * len(sizes)):
        return False
    return not any(sum(1 for _ in cell.iterdescendants(*BLOCKS)) > 1 for cell in table.iter("td", "th"))


def make_paragraphs(tree: Element) -> None:
    """Turn runs of text between <br>s into <p>, in place."""
    broken = {line_break.getparent() for line_break in tree.iter("br")}
    for holder in [one for one in tree.iter(*_HOLDERS) if one in broken] if broken else ():
        if _broken_chars(holder) >= _MIN_BROKEN_CHARS:
            _split(holder)


def _broken_chars(holder: Element) -> int:
    own = len((holder.text or "").strip())
    for child in holder:
        own += len((child.tail or "").strip())
        if child.tag not in BLOCKS and child.tag != "br":
            own += sum(len(text.strip()) for text in islice(child.itertext(), 100))
    return own


def _split(holder: Element) -> None:
    """Wrap the inline runs of a holder into <p>; blocks inside it stay where they are between them."""
    children, lead = list(holder), holder.text
    attributes = dict(holder.attrib)
    holder.clear(keep_tail=True)
    holder.attrib.update(attributes)
    if holder.tag not in _BLOCK_HOLDERS:
        holder.tag = "div"  # a <p> may not hold <p>; an inline element may not hold blocks
    paragraph = _open(holder, lead)
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "br":
            paragraph = _open(holder, tail)
        elif child.tag in BLOCKS:
            holder.append(child)
            paragraph = _open(holder, tail)
        else:
            paragraph.append(child)
            child.tail = tail
    for empty in [one for one in holder if one.tag == "p" and len(one) == 0 and not (one.text or "").strip()]:
        holder.remove(empty)


def _open(holder: Element, text: str | None) -> Element:
    paragraph = holder.makeelement("p")
    paragraph.text = text
    holder.append(paragraph)
    return paragraph

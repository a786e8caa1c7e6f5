"""All source files: those that come with Warraq and those in the user's folder, which win.

A file is read when its source is asked for, so that one publisher costs one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from crawlers.source import Source, load_source
from storage.errors import InvalidSetting, InvalidSource, UnknownSource, UsageError
from storage.keys import IMPORTED

OURS = Path(__file__).parent / "sources"


class Catalogue(Mapping[str, Source]):
    """Sources by id, in the order of their ids. Raises UnknownSource and InvalidSource when read."""

    def __init__(self, *folders: Path) -> None:
        """Later folders win. Raises InvalidSetting for a folder that is not there."""
        self._files: dict[str, Path] = {}
        self._loaded: dict[str, Source] = {}
        for folder in (OURS, *folders):
            self._take(folder)

    def _take(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InvalidSetting("WARRAQ_SOURCES", f"expected a folder of source files; {folder} is not one")
        here: dict[str, Path] = {}
        for file in sorted(folder.rglob("*.y*ml")):
            if file.stem in here:
                raise InvalidSource(str(file), f"the source {file.stem!r} stands in {here[file.stem]} too")
            here[file.stem] = file
        if IMPORTED in here:
            raise InvalidSource(str(here[IMPORTED]), f"the id {IMPORTED!r} stands for archives that others made")
        self._files |= here

    def __getitem__(self, source_id: str) -> Source:
        if source_id not in self._files:
            raise UnknownSource(source_id, self._files)
        if source_id not in self._loaded:
            self._loaded[source_id] = load_source(self._files[source_id])
        return self._loaded[source_id]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._files))

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, source_id: object) -> bool:
        return source_id in self._files

    def file(self, source_id: str) -> Path:
        """The file a source comes from. Raises UnknownSource."""
        if source_id not in self._files:
            raise UnknownSource(source_id, self._files)
        return self._files[source_id]

    def chosen(self, ids: Iterable[str]) -> list[Source]:
        """The named sources, each once, in the order named; all enabled ones if none is named."""
        named = list(dict.fromkeys(ids))
        if named:
            return [self[source_id] for source_id in named]
        enabled = [source for source in self.values() if source.enabled]
        if not enabled:
            raise UsageError("no source is enabled; `warraq sources list` shows what there is")
        return enabled

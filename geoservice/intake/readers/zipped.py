"""ZIP archives: what is inside is unpacked within bounds and read by the reader of its own family."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from geoservice.intake.errors import IntakeRefused, refuse
from geoservice.intake.readers.filegdb import CATALOGUE
from geoservice.intake.readers.protocol import Reader, Source
from geoservice.intake.table import RawTable, ReadOptions

MAX_BYTES: Final = 2_000_000_000
"""An archive may unpack to this much …"""
MAX_RATIO: Final = 200
"""… and to this many times its own size, once it is larger than a small one."""
MAX_MEMBERS: Final = 1000
_SMALL_BYTES: Final = 20_000_000
_PARTS: Final = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".xml", ".zip", ".pdf"})
_BESIDE: Final = frozenset({"fields.csv", "long_texts.csv"})
"""What our own exports lay beside a Shapefile for people to read."""
_HEAD: Final = 65536
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 1 << 20


class Zipped:
    """A ZIP archive of one or several files; each layer is named by its file.

    Parameters
    ----------
    readers : sequence of Reader
        Those that may read what is inside.
    """

    format = "ZIP"

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers

    def recognises(self, source: Source) -> bool:
        """Tell by the signature of a first member."""
        return source.head.startswith(b"PK\x03\x04")

    def layers(self, source: Source) -> list[str]:
        """Return the layers of all files inside.

        Raises
        ------
        IntakeRefused
            Damaged, encrypted, too large, leading out of its folder, or without a readable file.
        """
        with _unpacked(source) as folder:
            return list(self._inside(source, folder))

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one layer of a file inside."""
        with _unpacked(source) as folder:
            reader, inner, name = self._inside(source, folder)[layer]
            table = reader.read(inner, name, replace(options, layer=None))
        return replace(table, name=layer, format=f"ZIP / {table.format}")

    def _inside(self, source: Source, folder: Path) -> dict[str, tuple[Reader, Source, str]]:
        found: dict[str, tuple[Reader, Source, str]] = {}
        for inner in _sources(folder):
            path = inner.path
            reader = next((r for r in self._readers if r.recognises(inner)), None)
            if reader is None:
                continue
            file = path.relative_to(folder).as_posix()
            names = reader.layers(inner)
            found |= {(file if len(names) == 1 else f"{file}/{n}"): (reader, inner, n) for n in names}
        if not found:
            raise _unpack_first(source)
        return found


def _sources(folder: Path) -> Iterator[Source]:
    """Yield what may be read: geodatabases as the folders they are, then files that are no part of one."""
    databases = sorted(path.parent for path in folder.rglob(CATALOGUE))
    yield from (Source(path, b"") for path in databases)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() not in _PARTS):
        hidden = path.name.startswith(".") or "__MACOSX" in path.parts or path.name in _BESIDE
        if not hidden and not any(path.is_relative_to(database) for database in databases):
            with path.open("rb") as stream:
                head = stream.read(_HEAD)
            if head:
                yield Source(path, head)


def _unpack_first(source: Source) -> IntakeRefused:
    return refuse(
        "format_foreign", value=source.name, kind="压缩包", how="请先解压。", how_en="Unpack it first."
    )


@contextmanager
def _unpacked(source: Source) -> Iterator[Path]:
    """Yield a folder with the members; nothing of it is left behind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        try:
            with zipfile.ZipFile(source.path) as archive:
                _extract(archive, folder, source)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise _unpack_first(source) from error
        yield folder


def _extract(archive: zipfile.ZipFile, folder: Path, source: Source) -> None:
    members = [m for m in archive.infolist() if not m.is_dir()]
    packed = source.path.stat().st_size
    allowed = min(MAX_BYTES, max(_SMALL_BYTES, packed * MAX_RATIO))
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > allowed:
        raise _refused(source, "解压后过大", "it would unpack to too much")
    left = allowed
    for member in members:
        target = _target(member, folder, source)
        target.parent.mkdir(parents=True, exist_ok=True)
        # The sizes in the directory may lie: what is really unpacked counts.
        with archive.open(member) as packed_file, target.open("wb") as out:
            while chunk := packed_file.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _refused(source, "解压后过大", "it would unpack to too much")
                out.write(chunk)


def _target(member: zipfile.ZipInfo, folder: Path, source: Source) -> Path:
    if member.flag_bits & _ENCRYPTED:
        raise _refused(source, "已加密", "it is encrypted")
    name = PurePosixPath(_name(member).replace("\\", "/"))
    target = (folder / name).resolve()
    linked = stat.S_ISLNK(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or linked or not target.is_relative_to(folder):
        raise _refused(source, "其中的路径指向文件夹之外", "a path in it leads out of its folder")
    return target


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; Windows writes Chinese ones in GBK without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _refused(source: Source, reason: str, reason_en: str) -> IntakeRefused:
    return refuse("archive_refused", value=source.name, reason=reason, reason_en=reason_en)

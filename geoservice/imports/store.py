"""Files handed in: a protected folder a conversation, written as they arrive, bounded, named by nobody outside."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from geoservice.errors import InvalidInput, TooLarge
from geoservice.settings import Settings

LONGEST_NAME: Final = 120
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_OWNER: Final = ".owner"
_MAIN: Final = (".shp", ".gdb", ".gpkg", ".zip")


@dataclass(frozen=True)
class Store:
    """The folder of files handed in.

    Attributes
    ----------
    folder : Path
        Reachable by its owner alone.
    limit : int
        Bytes a conversation may hold.
    owner : str
        Tells the files of one database from those of another.
    """

    folder: Path
    limit: int
    owner: str

    def room(self, number: int) -> Path:
        """Return the folder of a conversation, made where it is absent."""
        for path in (self.folder, self.folder / str(number), self.folder / str(number) / "source"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / str(number)

    def copied(self) -> set[int]:
        """Return the imports of this database whose files were copied here; another database may share the folder."""
        marks = self.folder.glob(f"*/{_OWNER}") if self.folder.is_dir() else ()
        return {int(mark.parent.name) for mark in marks if mark.read_text("utf-8") == self.owner}

    def sources(self, number: int) -> list[Path]:
        """Return the files of a conversation, by name."""
        folder = self.folder / str(number) / "source"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def main(self, number: int) -> Path:
        """Return the file that is read; the others belong to it.

        Raises
        ------
        InvalidInput
            If none was handed in.
        """
        files = self.sources(number)
        if not files:
            raise InvalidInput("No file is held of this import", number, "Hand it in again.")
        ranked = sorted(
            files, key=lambda f: _MAIN.index(f.suffix.lower()) if f.suffix.lower() in _MAIN else 9
        )
        return ranked[0]

    @contextmanager
    def writing(self, name: str) -> Iterator[tuple[IO[bytes], Path]]:
        """Open a file to receive into; gone again unless it is moved to a conversation with :meth:`adopt`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.folder / f".incoming-{os.getpid()}-{os.urandom(6).hex()}"
        handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as sink:
                yield sink, place
        finally:
            place.unlink(missing_ok=True)

    def adopt(self, number: int, place: Path, name: str) -> Path:
        """Move a received file into its conversation.

        Raises
        ------
        TooLarge
            If the files of the conversation grow beyond the limit together.
        """
        room = self.room(number) / "source"
        held = sum(file.stat().st_size for file in room.iterdir() if file.name != name)
        self.require_size(held + place.stat().st_size)
        target = room / name
        place.replace(target)
        return target

    def require_size(self, size: int) -> None:
        """Refuse what is larger than the limit.

        Raises
        ------
        TooLarge
            Naming the limit.
        """
        if size > self.limit:
            raise TooLarge(
                "The file is larger than may be handed in",
                f"more than {self.limit // 1_000_000} MB",
                "Split it, or import it on the server: geoservice import FILE.",
            )

    def copy(self, number: int, paths: Iterable[Path]) -> None:
        """Keep copies of files that lie elsewhere."""
        (self.room(number) / _OWNER).write_text(self.owner, "utf-8")
        room = self.room(number) / "source"
        for path in paths:
            if path.is_dir():
                shutil.copytree(path, room / path.name, dirs_exist_ok=True)
            else:
                shutil.copy2(path, room / path.name)
                (room / path.name).chmod(0o600)

    def write(self, number: int, name: str, document: Any) -> None:
        """Write what a check found beside the file, whole or not at all."""
        room = self.room(number)
        beside = room / f".{name}"
        handle = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as sink:
            json.dump(document, sink, ensure_ascii=False, separators=(",", ":"), default=str)
        beside.replace(room / name)

    def read(self, number: int, name: str) -> Any:
        """Return what a check wrote, ``None`` where there is nothing."""
        try:
            return json.loads((self.folder / str(number) / name).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def forget(self, number: int) -> None:
        """Remove the files of a conversation; its record stays."""
        shutil.rmtree(self.folder / str(number), ignore_errors=True)

    def forget_sources(self, number: int) -> None:
        """Remove the files handed in, once they are kept elsewhere."""
        shutil.rmtree(self.folder / str(number) / "source", ignore_errors=True)


def open_store(settings: Settings) -> Store:
    """Return the store of an installation: where it is set, else beside the database."""
    folder = settings.imports_dir
    if folder is None:
        url = settings.database_url
        file = "var/geoservice" if url.startswith("postgresql") else url.removeprefix("gpkg:///")
        folder = Path(f"{file}.imports")
    owner = hashlib.sha256(settings.database_url.encode()).hexdigest()
    return Store(folder.absolute(), settings.upload_mb * 1_000_000, owner)


def safe_name(name: str) -> str:
    """Return the name a file is kept under: its own without its folder.

    Raises
    ------
    InvalidInput
        If it has none, hides, is too long, or carries what no file name should.

    Examples
    --------
    >>> safe_name("宗地 2026.shp"), safe_name("ledgers/台账.xlsx")
    ('宗地 2026.shp', '台账.xlsx')
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not plain or plain.startswith(".") or _FORBIDDEN.search(plain) or len(plain) > LONGEST_NAME:
        raise InvalidInput("The file needs a plain name", name[:80], "Rename it: letters, digits, a suffix.")
    if len(plain.encode()) > 240:  # file systems count bytes
        raise InvalidInput("The file's name is too long", plain[:40], "Shorten it.")
    return plain


def bundle(paths: Sequence[Path], target: Path) -> Path:
    """Return one file that holds all of them: itself, or an archive beside."""
    if len(paths) == 1 and paths[0].is_file():
        return paths[0]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    archive.write(file, file.relative_to(path.parent))
    return target

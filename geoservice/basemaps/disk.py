"""Tiles kept on disk within a bound: the longest unread go first."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from threading import Lock
from typing import Final

KEPT_SHARE: Final = 0.9
"""How much of the bound is left after tidying up, so that not every tile tidies."""


class DiskCache:
    """Files under a folder by key; several processes may share one.

    Parameters
    ----------
    folder : Path
        Where they lie; made with the first.
    most_bytes : int
        How much they may take together.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._held: int | None = None
        self._lock = Lock()

    def get(self, key: str) -> tuple[bytes, float] | None:
        """Return what is kept under a key and its age in seconds."""
        file = self._folder / key
        try:
            body = file.read_bytes()
            age = time.time() - file.stat().st_mtime
            os.utime(file, (time.time(), file.stat().st_mtime))  # read now, written then
        except OSError:
            return None
        return body, age

    def put(self, key: str, body: bytes) -> None:
        """Keep something; a disk that is full or forbidden keeps nothing, and no reader notices."""
        if len(body) > self._most:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as stream:
                stream.write(body)
            Path(stream.name).replace(self._folder / key)
        except OSError:
            return
        with self._lock:
            self._held = self._size() if self._held is None else self._held + len(body)
            if self._held > self._most:
                self._tidy()

    def _size(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _tidy(self) -> None:
        files = sorted(self._files())
        held = sum(size for _, size, _ in files)
        for _, size, file in files:
            if held <= self._most * KEPT_SHARE:
                break
            file.unlink(missing_ok=True)
            held -= size
        self._held = held

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                try:
                    told = entry.stat()
                except OSError:
                    continue
                found.append((told.st_atime, told.st_size, Path(entry.path)))
        return found

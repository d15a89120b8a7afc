"""The attribute table of a Shapefile: its header and the bytes of its text, for evidence only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoservice.intake.errors import refuse

_DESCRIPTOR = 32
_LONGEST_NAME = 10


@dataclass(frozen=True, slots=True)
class Dbf:
    """Header of a .dbf file (dBASE III).

    Attributes
    ----------
    path : Path
    records : int
        Records the header announces.
    header_size, record_size : int
        Bytes.
    language_driver : int
        LDID, byte 29.
    spans : tuple of (int, int)
        Offset and width of the text fields within a record.
    names : bytes
        The field names as they stand.
    """

    path: Path
    records: int
    header_size: int
    record_size: int
    language_driver: int
    spans: tuple[tuple[int, int], ...]
    names: bytes

    def refuse_truncated(self) -> None:
        """Raise when the file is shorter than its header says."""
        expected = self.header_size + self.records * self.record_size
        actual = self.path.stat().st_size
        if actual < expected:
            raise refuse("file_truncated", value=self.path.name, expected=expected, actual=actual)

    def text(self) -> bytes:
        """Return the bytes of all names and text cells, one per line.

        Cells are stripped of padding; a character that the fixed width cut in two at the end of a full cell
        is left out, because it proves nothing about the encoding.
        """
        data = self.path.read_bytes()[self.header_size :]
        cells = [self.names]
        for start in range(0, self.records * self.record_size, self.record_size):
            record = data[start : start + self.record_size]
            for offset, width in self.spans:
                cell = record[offset : offset + width].strip(b" \x00")
                if cell and not cell.isascii():
                    cells.append(_whole(cell) if len(cell) >= width - 1 else cell)
        return b"\n".join(cells)


def read_dbf(path: Path) -> Dbf:
    """Read the header of a .dbf file.

    Raises
    ------
    IntakeRefused
        The file ends within its header.
    """
    with path.open("rb") as stream:
        head = stream.read(32)
        size = int.from_bytes(head[8:10], "little")
        fields = stream.read(max(size - 32, 0))
    if len(head) < 32 or len(fields) < size - 32:
        raise refuse("file_truncated", value=path.name, expected=max(size, 33), actual=path.stat().st_size)
    spans, names, offset = [], [], 1
    for start in range(0, len(fields) - _DESCRIPTOR + 1, _DESCRIPTOR):
        descriptor = fields[start : start + _DESCRIPTOR]
        if descriptor[0] == 0x0D:
            break
        name = descriptor[:11].split(b"\x00", 1)[0]
        names.append(_whole(name) if len(name) >= _LONGEST_NAME else name)
        if descriptor[11:12] == b"C":
            spans.append((offset, descriptor[16]))
        offset += descriptor[16]
    return Dbf(
        path,
        records=int.from_bytes(head[4:8], "little"),
        header_size=size,
        record_size=int.from_bytes(head[10:12], "little"),
        language_driver=head[29],
        spans=tuple(spans),
        names=b"\n".join(names),
    )


def _whole(cell: bytes) -> bytes:
    """Drop up to three trailing bytes that belong to a character cut in two."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            part = cell[: len(cell) - cut]
            try:
                part.decode(encoding)
            except UnicodeDecodeError:
                continue
            return part
    return cell

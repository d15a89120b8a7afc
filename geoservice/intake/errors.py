"""What keeps a file out as a whole; every error carries the finding that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from geoservice.errors import GeoserviceError, InvalidInput
from geoservice.intake.findings import Finding, finding


class IntakeRefused(InvalidInput):
    """A file, mapping or manifest that cannot be taken in.

    Parameters
    ----------
    found : Finding
        What is wrong; an error that concerns the whole file.
    """

    def __init__(self, found: Finding) -> None:
        self.finding = found
        super().__init__(found.message.rstrip("。"), None, found.remedy)
        self.code = found.code


def refuse(code: str, **named: Any) -> IntakeRefused:
    """Return the error for a code of the catalogue, to be raised.

    >>> str(refuse("file_absent", value="a.shp"))
    '找不到文件 a.shp. 检查路径和文件名。'
    """
    return IntakeRefused(finding(code, **named))


def as_finding(error: GeoserviceError) -> Finding:
    """Return what an error of any room says, as an error about the whole file."""
    if isinstance(error, IntakeRefused):
        return replace(error.finding, severity="error")
    said = error.subject if error.value is None else f"{error.subject}: {error.value}"
    return Finding(
        severity="error",
        code=error.code,
        message=said,
        message_en=said,
        remedy=error.remedy,
        remedy_en=error.remedy,
        value=None if error.value is None else str(error.value),
    )


class ImportRefused(InvalidInput):
    """A file whose errors keep it out; nothing was written.

    Parameters
    ----------
    name : str
        File name.
    errors : sequence of Finding
        What is wrong; the first is quoted.
    rows : int
        How many rows have errors.
    """

    code = "import_refused"

    def __init__(self, name: str, errors: Sequence[Finding], rows: int) -> None:
        self.errors = list(errors)
        whole = next((e for e in errors if e.row is None), None)
        if whole is not None:
            super().__init__(f"未导入 {name}", whole.message, whole.remedy)
        else:
            first = errors[0].message if errors else ""
            super().__init__(
                f"未导入 {name}：{rows} 行有错误",
                first,
                "改正后重试，或用 --accept good 只导入正确的行（其余记录在案）。",
            )

    @classmethod
    def unchecked(cls, name: str) -> ImportRefused:
        """Return the error for a file that was checked without the register."""
        error = cls(name, [], 0)
        error.subject = f"未导入 {name}：检查时没有连接数据库"
        error.remedy = "连接数据库后重新检查。"
        return error

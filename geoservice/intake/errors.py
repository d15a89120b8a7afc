"""What keeps a file out as a whole; every error carries the finding that says so."""

from __future__ import annotations

from dataclasses import replace

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


def refuse(code: str, **named: object) -> IntakeRefused:
    """Return the error for a code of the catalogue, to be raised.

    >>> str(refuse("file_absent", value="a.shp"))
    '找不到文件 a.shp. 检查路径和文件名。'
    """
    return IntakeRefused(finding(code, **named))  # type: ignore[arg-type]


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

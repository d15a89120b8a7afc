"""Milestones of clearance tasks: procedures and steps by code or name, as the file of procedures knows them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from geoservice.demolition.procedure import Procedures, load_procedures
from geoservice.intake.findings import Finding, finding
from geoservice.intake.table import Rows


def name_steps(
    noun_name: str, columns: dict[str, list[Any]], rows: Rows, procedures: Procedures | None
) -> list[Finding]:
    """Replace procedures and steps by their codes, in place; return an error for each that is none.

    Only milestones of clearance tasks have a procedure; those of other things keep what they say.
    """
    if noun_name != "milestone" or not {"subject_noun", "track", "kind"} <= columns.keys():
        return []
    known = procedures or _shipped()
    found: list[Finding] = []
    for i, row in enumerate(rows):
        track, kind = columns["track"][i], columns["kind"][i]
        if columns["subject_noun"][i] != "demolition_task" or track is None or kind is None:
            continue
        procedure = known.find(str(track))
        if procedure is None:
            names = "、".join(one.zh for one in known.by_code.values())
            found.append(
                finding("milestone_unknown", row=int(row), value=track, name="征收程序", expected=names)
            )
            continue
        columns["track"][i], step = procedure.code, procedure.step(str(kind))
        if step is None:
            names = "、".join(one.zh for one in procedure.steps)
            found.append(
                finding("milestone_unknown", row=int(row), value=kind, name=procedure.zh, expected=names)
            )
        else:
            columns["kind"][i] = step.code
    return found


@lru_cache(maxsize=1)
def _shipped() -> Procedures:
    return load_procedures()

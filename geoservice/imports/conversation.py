"""The steps of an import: received, checked, decided about, published, undone — each recorded, each one change."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from geoservice import clock
from geoservice.errors import Conflict, InvalidInput
from geoservice.imports.store import Store
from geoservice.intake.mapping_json import mapping_from_json
from geoservice.jobs import cancel
from geoservice.model.nouns import noun
from geoservice.model.vocabulary import ImportState
from geoservice.registry import queue
from geoservice.registry.import_runs import change_run, find_run, receive, require_state, undecided
from geoservice.registry.undo import dependents
from geoservice.service import Service

CHECK: Final = "import_check"
PUBLISH: Final = "import_publish"
UNDO: Final = "import_undo"
OPEN_EACH: Final = 20
"""Files of one account that may wait for a check or a decision."""

_ASKED: Final = frozenset({"noun", "layer", "crs", "encoding", "mapping", "profile"})


def require_room(connection: Connection, by: str) -> None:
    """Refuse another file of an account that has too many waiting.

    Raises
    ------
    Conflict
        Naming how many.
    """
    waiting = undecided(connection, by)
    if waiting >= OPEN_EACH:
        raise Conflict("Too many of your files wait for a decision", waiting, "Accept or reject some first.")


def open_conversation(service: Service, name: str, size: int, by: str) -> int:
    """Record that a file was handed in; return its number."""
    with service.database.write() as connection:
        require_room(connection, by)
        return receive(connection, file_name=name, by=by, at=clock.now(), asked={}, size=size)


def ask_check(service: Service, number: int, asked: dict[str, Any], by: str) -> int:
    """Queue the check of a file as a person wants it read; return the job.

    Raises
    ------
    Conflict
        If it is being worked on, or decided already.
    InvalidInput
        If what is asked names something that does not exist.
    """
    _require_asked(asked)
    with service.database.write() as connection:
        run = find_run(connection, number, lock=True)
        _require_open(connection, run)
        change_run(connection, number, state=ImportState.RUNNING.value, asked=asked, result=None)
        return queue.submit(connection, CHECK, {"run": number}, by=by, at=clock.now(), subject=str(number))


def ask_publish(
    service: Service, number: int, *, by: str, accept: str, valid_from: date, end_missing: bool
) -> int:
    """Queue the publish of a checked file: all of it, or its good rows; return the job."""
    if accept not in {"all", "good"}:
        raise InvalidInput("accept takes all or good", accept, "Choose one.")
    decided = {"accept": accept, "valid_from": valid_from.isoformat(), "end_missing": end_missing}
    with service.database.write() as connection:
        run = find_run(connection, number, lock=True)
        require_state(run, ImportState.CHECKED)
        asked = (run["asked"] or {}) | {"decision": decided | {"by": by}}
        change_run(connection, number, state=ImportState.RUNNING.value, asked=asked)
        return queue.submit(
            connection, PUBLISH, {"run": number, **decided}, by=by, at=clock.now(), subject=str(number)
        )


def reject(service: Service, store: Store, number: int, *, by: str, reason: str) -> None:
    """Turn a file away: its record stays, the file itself goes."""
    with service.database.write() as connection:
        run = find_run(connection, number, lock=True)
        _require_open(connection, run)
        change_run(
            connection,
            number,
            state=ImportState.REJECTED.value,
            at=clock.now(),
            actor=by,
            result={"reason": reason},
        )
    store.forget(number)


def ask_undo(service: Service, number: int, *, by: str, reason: str) -> int:
    """Queue the undoing of a published import; return the job.

    Raises
    ------
    Conflict
        If it is not published, is being undone, or something later depends on it.
    """
    if not reason.strip():
        raise InvalidInput("Undoing needs a reason", None, "Say why in `reason`.")
    with service.database.read() as connection:
        require_state(find_run(connection, number), ImportState.PUBLISHED)
        found = dependents(connection, number)
    if found:
        named = ", ".join(f"{d.noun} {d.key}" for d in found[:5])
        raise Conflict("Something later depends on this import", named, "Undo what came later first.")
    with service.database.write() as connection:
        under_way = queue.newest(connection, UNDO, str(number))
        if under_way is not None and under_way.open:
            raise Conflict("This import is being undone", under_way.id, "Wait for the job.")
        asked = {"run": number, "reason": reason.strip()}
        return queue.submit(connection, UNDO, asked, by=by, at=clock.now(), subject=str(number))


def stop(service: Service, number: int) -> None:
    """Cancel what is being done with a file, if anything is."""
    with service.database.read() as connection:
        under_way = queue.newest(connection, None, str(number))
    if under_way is not None and under_way.open:
        cancel(service.database, under_way.id)


def stranded(connection: Connection, run: RowMapping) -> bool:
    """Say whether an import counts as under way while nobody works on it any more."""
    if run["state"] != ImportState.RUNNING.value:
        return False
    under_way = queue.newest(connection, None, str(run["id"]))
    return under_way is None or not under_way.open


def _require_open(connection: Connection, run: RowMapping) -> None:
    if not stranded(connection, run):
        require_state(run, ImportState.RECEIVED, ImportState.CHECKED, ImportState.FAILED)


def _require_asked(asked: dict[str, Any]) -> None:
    if unknown := sorted(set(asked) - _ASKED):
        raise InvalidInput(
            "A check takes no such thing", ", ".join(unknown), f"Use: {', '.join(sorted(_ASKED))}."
        )
    if asked.get("noun") is not None:
        noun(str(asked["noun"]))
    if asked.get("mapping"):
        mapping_from_json(asked["mapping"])

from __future__ import annotations

from geoservice.demolition import public_view
from geoservice.model.vocabulary import PublicTaskState
from tests.demolition.clearings import task, tasks

KNOWN = tasks(
    task("ZC1", announced=5),
    task("ZC2", announced=5, started=6, delivered=9),
    task("ZC3", announced=11),
    task("ZC4", started=1, delivered=2),
)


def test_nothing_is_public_before_the_announcement() -> None:
    assert public_view(KNOWN, 4).empty
    assert public_view(KNOWN, 5)["task"].tolist() == ["ZC1", "ZC2"]
    assert "ZC4" not in set(public_view(KNOWN, 99)["task"])


def test_afterwards_one_of_two_words_and_nothing_else() -> None:
    shown = public_view(KNOWN, 10)
    assert list(shown.columns) == ["task", "public_state"]
    assert dict(shown.values.tolist()) == {"ZC1": "in_progress", "ZC2": "clear"}
    assert set(shown["public_state"]) <= set(PublicTaskState)

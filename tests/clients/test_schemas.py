"""The OpenAPI documents, asked with generated requests: nothing breaks, nothing undocumented is answered."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.clients.conftest import Door

pytestmark = pytest.mark.clients
EXAMPLES = 4
"""Requests per operation; more are worth a run at the desk."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.mark.parametrize("document", ["/ogc/api", "/openapi.json"])
@pytest.mark.parametrize("role", ["public", "admin"])
def test_reading_keeps_to_the_document(door: Door, document: str, role: str) -> None:
    headers = {"Authorization": f"Bearer {door.token}"} if role == "admin" else {}
    schema = schemathesis.openapi.from_url(f"{door.base}{document}", headers=headers)
    broken: dict[str, str] = {}
    for result in schema.include(method="GET").get_all_operations():
        operation = result.ok()

        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            ask()
        except (
            Exception,
            schemathesis.core.failures.FailureGroup,
        ) as error:  # every operation is to be heard
            broken[operation.label] = " ".join(repr(one) for one in getattr(error, "exceptions", [error]))[
                :160
            ]
    assert broken == {}

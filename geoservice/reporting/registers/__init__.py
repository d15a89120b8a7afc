"""Registers, ledgers and lists asked for by name, each one question that page, GeoJSON, CSV and workbook share."""

from types import MappingProxyType
from typing import Final

from geoservice.reporting.registers.cases import IDLE, INEFFICIENT
from geoservice.reporting.registers.register import Column, Listing, Register
from geoservice.reporting.registers.reminders import REMINDERS
from geoservice.reporting.registers.shortfall import SHORTFALL
from geoservice.reporting.registers.supply import APPROVED_NOT_SUPPLIED, SUPPLIED_NOT_USED
from geoservice.reporting.registers.waiting import APPROVED_NOT_STARTED, SIGNED_NOT_STARTED, TASKBOOK

REGISTERS: Final = MappingProxyType(
    {
        register.name: register
        for register in (
            APPROVED_NOT_SUPPLIED,
            SUPPLIED_NOT_USED,
            IDLE,
            INEFFICIENT,
            REMINDERS,
            SIGNED_NOT_STARTED,
            APPROVED_NOT_STARTED,
            SHORTFALL,
            TASKBOOK,
        )
    }
)

__all__ = ["REGISTERS", "Column", "Listing", "Register"]

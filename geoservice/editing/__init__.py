"""Editing with care: one thing, changed by hand, with its precondition, its reason and its rules.

An import brings many rows and a report; a hand changes one thing and gets one answer. Both write through the same
registry, so that versions, verdicts, revisions and audit follow alike.
"""

from geoservice.editing.change import Changed, change, create, finish
from geoservice.editing.records import Record, find_record, names_of, subject_records

__all__ = ["Changed", "Record", "change", "create", "find_record", "finish", "names_of", "subject_records"]

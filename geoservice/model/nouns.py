"""What each noun is called, how it is recognised again, and which fields name other nouns or vocabularies."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sqlalchemy import Table

from geoservice.errors import NotFound
from geoservice.model import demolition, land, projects, readiness, registers
from geoservice.model import vocabulary as v

VERSION_COLUMNS: Final = frozenset(
    {
        "id",
        "key",
        "version",
        "valid_from",
        "valid_to",
        "recorded_at",
        "recorded_by",
        "superseded_at",
        "import_run",
    }
)
SPATIAL_COLUMNS: Final = frozenset(
    {"geom", "geojson", "area_m2", "planar_area_m2", "original_crs", "original_wkb", "search"}
)


@dataclass(frozen=True)
class Noun:
    """A kind of thing the register holds.

    Attributes
    ----------
    name : str
        Name of the noun, its table and its word in mappings.
    zh : str
        What an office calls it.
    table : Table
        Versions of the noun, or its append-only records.
    prefix : str
        First letters of minted keys; empty for append-only records, which have none.
    identity : tuple of str
        Fields by which a row is recognised again, each on its own (an alias scheme) unless `composite`.
    composite : bool
        Whether all identity fields together, not each alone, identify a row.
    required : tuple of str
        Fields without which a row cannot be loaded.
    references : Mapping of str to str
        Field → noun whose key it holds.
    vocabularies : Mapping of str to Vocabulary
        Field → closed list of codes.
    searched : tuple of str
        Fields a text search looks into.
    """

    name: str
    zh: str
    table: Table
    prefix: str = ""
    identity: tuple[str, ...] = ()
    composite: bool = False
    required: tuple[str, ...] = ()
    references: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    vocabularies: MappingProxyType[str, type[v.Vocabulary]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    searched: tuple[str, ...] = ()

    @property
    def spatial(self) -> bool:
        """Say whether the noun has a geometry."""
        return "geom" in self.table.c

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields a bureau fills, in declared order; ``geometry`` stands for the shape."""
        own = [c.name for c in self.table.c if c.name not in VERSION_COLUMNS | SPATIAL_COLUMNS | {"extra"}]
        return (*own, "geometry") if self.spatial else tuple(own)


_TABLES: Final = {
    table.name: table
    for room in (land, projects, demolition, registers, readiness)
    for table in vars(room).values()
    if isinstance(table, Table)
}


def _noun(
    name: str,
    zh: str,
    prefix: str = "",
    *,
    identity: tuple[str, ...] = (),
    composite: bool = False,
    required: tuple[str, ...] = (),
    references: dict[str, str] | None = None,
    vocabularies: dict[str, type[v.Vocabulary]] | None = None,
    searched: tuple[str, ...] = (),
) -> Noun:
    return Noun(
        name,
        zh,
        _TABLES[name],
        prefix,
        identity,
        composite,
        required,
        MappingProxyType(references or {}),
        MappingProxyType(vocabularies or {}),
        searched,
    )


_NOUNS: Final = (
    _noun(
        "zone",
        "分区",
        "QY",
        identity=("code", "name"),
        required=("name", "kind", "geometry"),
        vocabularies={"kind": v.ZoneKind},
        searched=("name", "code"),
    ),
    _noun(
        "park",
        "园区",
        "YQ",
        identity=("code", "name"),
        required=("name", "geometry"),
        references={"district": "zone"},
        vocabularies={"level": v.ParkLevel},
        searched=("name", "code"),
    ),
    _noun(
        "parcel",
        "宗地",
        "DK",
        identity=("parcel_number", "parcel_code"),
        required=("geometry",),
        references={"district": "zone", "subdistrict": "zone", "park": "park"},
        vocabularies={"state": v.ParcelState},
        searched=("name", "address", "parcel_number", "parcel_code"),
    ),
    _noun(
        "project",
        "项目",
        "XM",
        identity=("project_number", "project_code"),
        required=("name",),
        references={"district": "zone", "park": "park"},
        vocabularies={
            "level": v.ProjectLevel,
            "category": v.ProjectCategory,
            "side_state": v.SideState,
        },
        searched=("name", "project_number", "project_code"),
    ),
    _noun(
        "project_parcel",
        "项目用地",
        "YD",
        identity=("project", "parcel", "role"),
        composite=True,
        required=("project", "parcel"),
        references={"project": "project", "parcel": "parcel"},
        vocabularies={"role": v.LinkRole, "basis": v.LinkBasis},
    ),
    _noun(
        "blocker",
        "堵点",
        "DD",
        identity=("project", "kind", "opened_on", "title"),
        composite=True,
        required=("project", "kind", "title"),
        references={"project": "project"},
        vocabularies={"kind": v.BlockerKind},
    ),
    _noun(
        "demolition_task",
        "征拆任务",
        "ZC",
        identity=("task_number", "name"),
        required=("name", "geometry"),
        references={"district": "zone", "park": "park"},
        vocabularies={"land_kind": v.LandKind},
        searched=("name", "task_number"),
    ),
    _noun(
        "demolition_subject",
        "征拆对象",
        "ZD",
        identity=("task", "subject_noun", "subject"),
        composite=True,
        required=("task", "subject_noun", "subject"),
        references={"task": "demolition_task"},
    ),
    _noun(
        "demolition_unit",
        "征拆户",
        "HU",
        identity=("unit_number",),
        required=("unit_number", "task", "kind"),
        references={"task": "demolition_task"},
        vocabularies={"kind": v.UnitKind},
    ),
    _noun(
        "layer",
        "图层",
        "TC",
        identity=("code",),
        required=("code", "name", "kind"),
        vocabularies={"kind": v.LayerKind, "effect": v.LayerEffect},
    ),
    _noun(
        "layer_feature",
        "图层要素",
        "YS",
        identity=("code",),
        required=("layer", "geometry"),
        references={"layer": "layer"},
        searched=("name", "code"),
    ),
    _noun(
        "approval_batch",
        "用地批次",
        "PC",
        identity=("batch_number", "document_number"),
        required=("batch_number",),
        references={"district": "zone"},
    ),
    _noun(
        "batch_parcel",
        "批次地块",
        "PD",
        identity=("batch", "parcel"),
        composite=True,
        required=("batch", "parcel"),
        references={"batch": "approval_batch", "parcel": "parcel"},
    ),
    _noun(
        "supply_contract",
        "供地合同",
        "HT",
        identity=("contract_number", "document_number"),
        required=("contract_number", "parcel", "method"),
        references={"parcel": "parcel", "project": "project"},
        vocabularies={"method": v.SupplyMethod},
    ),
    _noun(
        "land_case",
        "处置案件",
        "AJ",
        identity=("parcel", "kind", "opened_on"),
        composite=True,
        required=("parcel", "kind", "opened_on"),
        references={"parcel": "parcel", "contract": "supply_contract"},
        vocabularies={"kind": v.LandCaseKind, "cause": v.IdleCause},
    ),
    _noun(
        "checklist_item",
        "净地清单",
        "JD",
        identity=("parcel", "item"),
        composite=True,
        required=("parcel", "item"),
        references={"parcel": "parcel"},
        vocabularies={"item": v.ClearItem, "state": v.ItemState},
    ),
    _noun(
        "supply_gate",
        "供应前置",
        "QZ",
        identity=("parcel", "kind"),
        composite=True,
        required=("parcel", "kind"),
        references={"parcel": "parcel"},
        vocabularies={"kind": v.GateKind},
    ),
    _noun(
        "hold",
        "意向保留",
        "BL",
        identity=("parcel", "party", "held_from"),
        composite=True,
        required=("parcel", "party", "held_from", "expires_on"),
        references={"parcel": "parcel"},
    ),
    _noun(
        "stage_event",
        "项目节点",
        identity=("project", "stage"),
        composite=True,
        required=("project", "stage"),
        references={"project": "project"},
        vocabularies={"stage": v.Stage},
    ),
    _noun(
        "milestone",
        "里程碑",
        identity=("subject_noun", "subject", "track", "kind"),
        composite=True,
        required=("subject_noun", "subject", "track", "kind"),
    ),
    _noun(
        "investment_month",
        "月度投资",
        identity=("project", "month"),
        composite=True,
        required=("project", "month", "amount_fen"),
        references={"project": "project"},
    ),
    _noun(
        "target",
        "指标",
        identity=("subject_noun", "subject", "kind", "period_from"),
        composite=True,
        required=("subject_noun", "subject", "kind", "period_from", "period_to", "amount"),
    ),
)

NOUNS: Final = MappingProxyType({noun.name: noun for noun in _NOUNS})


def noun(name: str) -> Noun:
    """Return the noun of that name.

    Raises
    ------
    NotFound
        If the register holds no such noun.
    """
    try:
        return NOUNS[name]
    except KeyError:
        raise NotFound("There is no such noun", name, f"Use one of: {', '.join(NOUNS)}.") from None

"""The closed vocabularies: a code for machines, a Chinese and an English label for people."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """A closed list of codes, in the order in which the field names them.

    Members are declared as ``NAME = "code", "中文", "English"`` and compare equal to their code.

    >>> Stage.SIGNED.zh, Stage("signed").en, Stage.recognise("签约") is Stage.SIGNED
    ('签约', 'Signed', True)
    """

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Self:
        """Make a member that is its code and carries both labels."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    @classmethod
    def recognise(cls, text: str) -> Self | None:
        """Return the member a code or label names, ``None`` where there is none."""
        wanted = text.strip().casefold()
        return next((m for m in cls if wanted in {text.casefold() for text in (m.value, m.zh, m.en)}), None)

    @classmethod
    def labels(cls) -> dict[str, dict[str, str]]:
        """Return ``{code: {"zh": …, "en": …}}`` in declared order."""
        return {m.value: {"zh": m.zh, "en": m.en} for m in cls}


class Stage(Vocabulary):
    """The ordered stages of a project (domain: 项目阶段)."""

    PIPELINE = "pipeline", "储备", "Pipeline"
    NEGOTIATING = "negotiating", "在谈", "Negotiating"
    SIGNED = "signed", "签约", "Signed"
    APPROVED = "approved", "立项", "Approved"
    STARTED = "started", "开工", "Started"
    COMPLETED = "completed", "竣工", "Completed"
    PRODUCING = "producing", "投产", "Producing"
    CAPACITY_REACHED = "capacity_reached", "达产", "At capacity"

    @property
    def group(self) -> StageGroup:
        """Return the display group that colours the map."""
        code = "pipeline" if self is Stage.NEGOTIATING else self.value
        return next(group for group in StageGroup if group.value == code)

    @property
    def rank(self) -> int:
        """Return the position in the order of stages, from 0."""
        return list(Stage).index(self)


class StageGroup(Vocabulary):
    """The seven display groups of stages."""

    PIPELINE = "pipeline", "储备/在谈", "Pipeline"
    SIGNED = "signed", "签约", "Signed"
    APPROVED = "approved", "立项", "Approved"
    STARTED = "started", "开工(在建)", "Under construction"
    COMPLETED = "completed", "竣工", "Completed"
    PRODUCING = "producing", "投产", "Producing"
    CAPACITY_REACHED = "capacity_reached", "达产", "At capacity"


class SideState(Vocabulary):
    """What a project is beside its stage."""

    NORMAL = "normal", "正常", "Active"
    SUSPENDED = "suspended", "停缓建", "Suspended"
    TERMINATED = "terminated", "终止", "Terminated"


class ProjectLevel(Vocabulary):
    """The list a project stands on."""

    PROVINCE = "province", "省重大", "Provincial key"
    CITY = "city", "市重大", "Municipal key"
    DISTRICT = "district", "区级", "District"


class ProjectCategory(Vocabulary):
    """The field of a project."""

    INDUSTRY = "industry", "产业", "Industry"
    INFRASTRUCTURE = "infrastructure", "基础设施", "Infrastructure"
    URBAN = "urban", "城市", "Urban"
    RURAL = "rural", "乡村", "Rural"
    LIVELIHOOD = "livelihood", "民生", "Livelihood"


class ParkLevel(Vocabulary):
    """Who approved a park (园区级别)."""

    NATIONAL = "national", "国家级", "National"
    PROVINCIAL = "provincial", "省级", "Provincial"
    MUNICIPAL = "municipal", "市级", "Municipal"


class ZoneKind(Vocabulary):
    """What a zone divides the city by."""

    CITY = "city", "市", "City"
    DISTRICT = "district", "区县", "District"
    SUBDISTRICT = "subdistrict", "街道", "Sub-district"
    CLUSTER = "cluster", "组团", "Cluster"
    PLANNING = "planning", "规划分区", "Planning zone"


class ParcelState(Vocabulary):
    """The ladder a parcel climbs from plan to building (地块状态)."""

    PLANNED = "planned", "规划", "Planned"
    TO_ACQUIRE = "to_acquire", "待征", "To be acquired"
    IN_APPROVAL = "in_approval", "报批", "In approval"
    APPROVED = "approved", "已批", "Approved"
    ACQUIRING = "acquiring", "征收中", "Being acquired"
    ACQUIRED = "acquired", "已征待拆", "Acquired, not cleared"
    RESERVED = "reserved", "入库储备", "In land reserve"
    CLEAR = "clear", "净地", "Clear land"
    SUPPLYING = "supplying", "供应中", "On offer"
    SUPPLIED = "supplied", "已供未动工", "Supplied, not started"
    BUILDING = "building", "在建", "Under construction"
    BUILT = "built", "建成", "Built"


class ClearItem(Vocabulary):
    """The five things that make land clear (净地五项)."""

    RIGHTS = "rights", "权属清晰", "Rights clear"
    COMPENSATION = "compensation", "安置补偿落实到位", "Compensation and resettlement done"
    DISPUTES = "disputes", "没有法律经济纠纷", "No legal or economic dispute"
    PLANNING = "planning", "规划条件明确", "Planning conditions set"
    WORKS = "works", "具备动工开发所需的基本条件", "Basic conditions to start work"


class ItemState(Vocabulary):
    """Where an item of the clear-land checklist stands."""

    OPEN = "open", "未完成", "Open"
    DONE = "done", "已完成", "Done"
    NOT_NEEDED = "not_needed", "不涉及", "Does not apply"


class GateKind(Vocabulary):
    """What must be looked into before some land may be supplied (供应前置)."""

    ARCHAEOLOGY = "archaeology", "考古调查勘探", "Archaeological survey"
    SOIL_SURVEY = "soil_survey", "土壤污染状况调查", "Soil pollution survey"


class HoldState(Vocabulary):
    """What has become of a provisional hold (意向保留)."""

    AHEAD = "ahead", "未开始", "Not begun"
    LIVE = "live", "保留中", "Live"
    EXPIRED = "expired", "已到期", "Expired"
    RELEASED = "released", "已解除", "Released"


class VerdictStatus(Vocabulary):
    """The answer to 'is this parcel free?'."""

    AVAILABLE = "available", "可供", "Available"
    CONDITIONAL = "conditional", "有条件可供", "Conditionally available"
    UNAVAILABLE = "unavailable", "不可供", "Unavailable"


class LinkRole(Vocabulary):
    """What a parcel is to a project."""

    SITE = "site", "用地", "Site"
    TEMPORARY = "temporary", "临时用地", "Temporary use"
    EXPANSION = "expansion", "预留扩建", "Reserved for expansion"


class LinkBasis(Vocabulary):
    """How a link between project and parcel is known."""

    DECLARED = "declared", "台账", "Declared"
    GEOMETRY = "geometry", "图形", "By geometry"
    BOTH = "both", "台账与图形", "Declared and by geometry"


class LayerKind(Vocabulary):
    """What a layer is for."""

    CONSTRAINT = "constraint", "管控", "Constraint"
    BASE = "base", "底图", "Base map"


class LayerEffect(Vocabulary):
    """What lying in a layer does to a parcel's availability."""

    PROHIBIT = "prohibit", "禁止", "Prohibits"
    RESTRICT = "restrict", "限制", "Restricts"
    OUTSIDE_PROHIBIT = "outside_prohibit", "界外禁止", "Prohibits outside"
    NOTE = "note", "提示", "Note"


class LandKind(Vocabulary):
    """Whose land a demolition task clears."""

    COLLECTIVE = "collective", "集体土地", "Collective land"
    STATE = "state", "国有土地上房屋", "Houses on state land"


class UnitKind(Vocabulary):
    """What a demolition unit is."""

    HOUSEHOLD = "household", "户", "Household"
    NONRESIDENTIAL = "nonresidential", "非住宅", "Non-residential"
    GRAVE = "grave", "坟墓", "Grave"


class TaskState(Vocabulary):
    """Where a demolition task stands."""

    NOT_STARTED = "not_started", "未启动", "Not started"
    AGREED = "agreed", "签约中", "Signing"
    DEMOLISHING = "demolishing", "拆除中", "Demolishing"
    DEMOLISHED = "demolished", "已拆除", "Demolished"
    DELIVERED = "delivered", "已交地", "Delivered"
    DISPUTED = "disputed", "有争议", "Disputed"


class PublicTaskState(Vocabulary):
    """The two words about a demolition task that everybody may read."""

    IN_PROGRESS = "in_progress", "征收中", "Being acquired"
    CLEAR = "clear", "净地", "Clear land"


class BlockerKind(Vocabulary):
    """What holds a project up (三难 and others)."""

    LAND = "land", "用地", "Land"
    EXPROPRIATION = "expropriation", "征地拆迁", "Expropriation"
    FUNDING = "funding", "资金", "Funding"
    ENERGY = "energy", "能耗", "Energy"
    PERMITS = "permits", "手续", "Permits"
    OTHER = "other", "其他", "Other"


class SupplyMethod(Vocabulary):
    """How land passes from the state to its user (供应方式)."""

    TENDER = "tender", "招标", "Tender"
    AUCTION = "auction", "拍卖", "Auction"
    LISTING = "listing", "挂牌", "Listing"
    AGREEMENT = "agreement", "协议", "Agreement"
    ALLOCATION = "allocation", "划拨", "Allocation"
    LEASE = "lease", "租赁", "Lease"
    EQUITY = "equity", "作价出资", "Contribution as equity"


class LandCaseKind(Vocabulary):
    """What land is looked into for (处置类型)."""

    IDLE = "idle", "闲置", "Idle"
    INEFFICIENT = "inefficient", "低效", "Inefficient"


class LandCaseState(Vocabulary):
    """How far the procedure has come (疑似 → 调查 → 认定 → 处置); it decides, no computation does."""

    SUSPECTED = "suspected", "疑似", "Suspected"
    INVESTIGATED = "investigated", "已调查", "Investigated"
    DETERMINED = "determined", "已认定", "Determined"
    DISPOSED = "disposed", "已处置", "Disposed of"
    CLOSED = "closed", "不予认定", "Not determined"


class IdleCause(Vocabulary):
    """Whose doing it is that land lies idle (闲置原因)."""

    GOVERNMENT = "government", "政府原因", "Government"
    ENTERPRISE = "enterprise", "企业原因", "Enterprise"
    FORCE_MAJEURE = "force_majeure", "不可抗力", "Force majeure"


class UseSystem(Vocabulary):
    """The code system a land-use code belongs to; the same digits differ between them."""

    TD2023 = "TD2023", "用地用海分类2023", "Land and sea use classification 2023"
    GBT21010 = "GBT21010-2017", "GB/T 21010-2017", "GB/T 21010-2017"
    GB50137 = "GB50137", "GB 50137", "GB 50137"
    LOCAL = "local", "地方分类", "Local classification"


class Role(Vocabulary):
    """Who somebody is to the service."""

    PUBLIC = "public", "公众", "Public"
    PROMOTION = "promotion", "招商", "Investment promotion"
    LEADER = "leader", "领导", "Leader"
    EXPROPRIATION = "expropriation", "征收部门", "Expropriation office"
    LAND = "land", "自然资源和规划局", "Land bureau"
    SUPERVISION = "supervision", "督查", "Supervision"
    ADMIN = "admin", "管理员", "Administrator"


class ScopeKind(Vocabulary):
    """What a principal's reach is limited to."""

    CITY = "city", "全市", "Whole city"
    DISTRICT = "district", "区县", "District"
    PARK = "park", "园区", "Park"
    TASK = "task", "征拆任务", "Clearance task"


class ImportState(Vocabulary):
    """How an import ended."""

    RECEIVED = "received", "已接收", "Received"
    RUNNING = "running", "进行中", "Running"
    CHECKED = "checked", "待决定", "Awaiting a decision"
    PUBLISHED = "published", "已发布", "Published"
    REPEATED = "repeated", "与以前相同", "Same as before"
    REJECTED = "rejected", "已退回", "Rejected"
    FAILED = "failed", "失败", "Failed"
    UNDONE = "undone", "已撤销", "Undone"


class LineageKind(Vocabulary):
    """What became of a parcel."""

    SPLIT = "split", "分割", "Split"
    MERGE = "merge", "合并", "Merge"
    BOUNDARY = "boundary", "界址调整", "Boundary change"
    RENUMBERED = "renumbered", "换号", "Renumbered"
    REARRANGED = "rearranged", "重新划分", "Rearranged"


class JobState(Vocabulary):
    """Where a piece of long work is."""

    QUEUED = "queued", "排队中", "Queued"
    RUNNING = "running", "进行中", "Running"
    DONE = "done", "已完成", "Done"
    FAILED = "failed", "失败", "Failed"
    CANCELLED = "cancelled", "已取消", "Cancelled"


def vocabularies() -> Iterator[tuple[str, type[Vocabulary]]]:
    """Yield every vocabulary under the name the API uses for it."""
    for vocabulary in Vocabulary.__subclasses__():
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in vocabulary.__name__)
        yield name.lstrip("_"), vocabulary

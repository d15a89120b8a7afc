"""The project ledger tells three years: facts before the day of the story, plans on both sides."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

TODAY = pd.Timestamp("2026-11-23")
WORDS = ["入库", "在谈", "签约", "备案", "开工", "竣工", "投产", "达产"]


def _days(ledger: pd.DataFrame, heading: str) -> pd.Series:
    column = ledger[heading]
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    return pd.to_datetime(column, format="%Y年%m月%d日")


def _facts(ledger: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({word: _days(ledger, f"{word}时间") for word in WORDS})


def test_projects_stand_at_every_stage(ledger: pd.DataFrame) -> None:
    assert 290 <= len(ledger) <= 330
    assert ledger["项目编号"].is_unique
    furthest = _facts(ledger).apply(lambda row: row.last_valid_index(), axis=1)
    assert (furthest.value_counts().reindex(WORDS) >= 10).all()


def test_facts_lie_in_the_past_and_in_order(ledger: pd.DataFrame) -> None:
    facts = _facts(ledger)
    assert facts.max().max() < TODAY
    assert facts.min().min() < TODAY - pd.Timedelta(days=3 * 365)
    assert facts.apply(lambda row: row.dropna().is_monotonic_increasing, axis=1).all()


def test_plans_lie_ahead_and_some_are_missed(ledger: pd.DataFrame) -> None:
    facts = _facts(ledger)
    missed = ahead = 0
    for word in WORDS[1:]:
        planned = _days(ledger, f"计划{word}时间")
        missed += int((facts[word].isna() & (planned < TODAY)).sum())
        ahead += int((planned > TODAY).sum())
    assert 30 < missed < 120
    assert ahead > 300


def test_codes_follow_gbt_40058_once_approved(ledger: pd.DataFrame) -> None:
    coded = ledger["项目代码"].notna()
    assert ledger.loc[coded, "项目代码"].str.fullmatch(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}").all()
    assert (coded == ledger["备案时间"].notna()).all()


def test_some_projects_stand_still_and_most_are_public(ledger: pd.DataFrame) -> None:
    sides = ledger["项目状态"].value_counts()
    assert sides["停缓建"] >= 3
    assert sides["终止"] >= 3
    assert (ledger["公开"] == "是").mean() > 0.75


def test_links_name_known_projects_and_parcels(
    ledger: pd.DataFrame, links: pd.DataFrame, parcels: gpd.GeoDataFrame
) -> None:
    assert set(links["项目编号"]) <= set(ledger["项目编号"])
    assert set(links["地块编号"]) <= set(parcels["DKBH"])
    assert not links.duplicated(["项目编号", "地块编号"]).any()
    assert links["占用比例"].between(0.01, 1).all()
    assert (links["占用比例"] < 1).sum() >= 10
    assert links.groupby("地块编号")["占用比例"].sum().max() <= 1.0001


def test_stages_fit_the_state_of_the_land(
    ledger: pd.DataFrame, links: pd.DataFrame, parcels: gpd.GeoDataFrame
) -> None:
    state = links["地块编号"].map(parcels.set_index("DKBH")["ZT"])
    furthest = _facts(ledger).apply(lambda row: row.last_valid_index(), axis=1)
    stage = links["项目编号"].map(dict(zip(ledger["项目编号"], furthest, strict=True)))
    assert set(state[stage == "开工"]) == {"在建"}
    assert set(state[stage.isin(["竣工", "投产", "达产"])]) == {"建成"}


def test_own_sites_are_lines_and_areas_of_known_projects(
    data: Path, ledger: pd.DataFrame, links: pd.DataFrame
) -> None:
    own = set()
    for layer, kind in [("线状项目", "LineString"), ("面状项目", "Polygon")]:
        sites = gpd.read_file(data / "project_sites.gpkg", layer=layer)
        assert sites.crs.to_epsg() == 4528
        assert set(sites.geom_type) == {kind}
        assert sites.is_valid.all()
        own |= set(sites["项目编号"])
    assert len(own) > 30
    assert own <= set(ledger["项目编号"])
    assert len(set(ledger["项目编号"]) - own - set(links["项目编号"])) > 20


def test_investment_belongs_to_started_projects_and_stays_below_the_total(
    data: Path, ledger: pd.DataFrame
) -> None:
    months = pd.read_csv(data / "investment.csv", encoding="gbk")
    assert months["月份"].max() == "2026-10"
    assert not months.duplicated(["项目编号", "月份"]).any()
    rows = ledger.set_index("项目编号")
    spent = months.groupby("项目编号")["完成投资（万元）"].sum()
    assert (spent <= rows.loc[spent.index, "总投资（万元）"] + 1).all()
    assert rows.loc[spent.index, "开工时间"].notna().all()


def test_blockers_are_open_and_closed(data: Path, ledger: pd.DataFrame) -> None:
    rows = pd.read_excel(data / "projects.xlsx", sheet_name="三难问题", header=1)
    assert set(rows["项目编号"]) <= set(ledger["项目编号"])
    assert {"用地", "征地拆迁", "资金"} <= set(rows["问题类型"])
    assert 0.2 < rows["销号日期"].notna().mean() < 0.6
    assert (rows["交办日期"] < TODAY).all()
    assert (rows["销号日期"].dropna() < TODAY).all()
    assert not rows.duplicated(["项目编号", "问题类型", "问题描述"]).any()

"""Expropriation: tasks in every state, units at every fact, nothing real about anybody."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

TODAY = "2026-11-23"
USUAL = ["调查日期", "评估日期", "签约日期", "补偿日期", "腾空日期", "拆除日期"]
BRANCH = ["补偿决定日期", "复议日期", "诉讼日期", "申请强执日期"]


def _text(column: pd.Series) -> pd.Series:
    return column.astype("string").str.slice(0, 10)


def test_tasks_are_announced_running_and_delivered(tasks: gpd.GeoDataFrame) -> None:
    announced, delivered = _text(tasks["预公告日期"]), _text(tasks["交地日期"])
    assert len(tasks) == 40
    assert tasks["任务编号"].is_unique
    assert (announced <= TODAY).sum() >= 25
    assert (announced > TODAY).sum() >= 3
    assert announced.isna().sum() >= 2
    assert 5 <= delivered.notna().sum() <= 15
    assert set(tasks["土地性质"]) == {"集体土地", "国有土地上房屋"}


def test_tasks_cover_their_parcels_and_not_each_other(
    tasks: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame
) -> None:
    assert tasks.is_valid.all()
    shapes = parcels.set_index("DKBH").geometry
    for numbers, boundary in zip(tasks["关联地块"], tasks.geometry, strict=True):
        own = shapes.loc[numbers.split("、")]
        assert own.intersection(boundary).area.sum() > 0.55 * own.area.sum()
    pairs = tasks.sindex.query(tasks.geometry, predicate="overlaps")
    assert pairs.size == 0


def test_delivered_land_is_clear_and_running_land_is_not(
    tasks: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame
) -> None:
    state = parcels.set_index("DKBH")["ZT"]
    for numbers, delivered in zip(tasks["关联地块"], tasks["交地日期"], strict=True):
        clear = set(state.loc[numbers.split("、")]) <= {"净地", "入库储备"}
        assert clear == pd.notna(delivered)


def test_tasks_name_known_projects(tasks: gpd.GeoDataFrame, ledger: pd.DataFrame) -> None:
    named = [number for text in tasks["关联项目"].dropna() if text for number in text.split("、")]
    assert len(named) >= 10
    assert set(named) <= set(ledger["项目编号"])


def test_units_belong_to_tasks(units: pd.DataFrame, tasks: gpd.GeoDataFrame) -> None:
    assert 2_300 <= len(units) <= 2_700
    assert units["户编号"].is_unique
    counted = units[units["类型"] != "坟墓"].groupby("任务编号").size()
    assert counted.to_dict() == tasks.set_index("任务编号")["应征户数"].to_dict()


def test_units_stand_at_every_fact(units: pd.DataFrame) -> None:
    known = units[USUAL].notna()
    furthest = known.apply(lambda row: row[row].index[-1] if row.any() else "无", axis=1).value_counts()
    assert (furthest.reindex(["无", *USUAL]) >= 20).all()
    assert (units[BRANCH].notna().sum() >= 3).all()


def test_facts_lie_in_the_past(units: pd.DataFrame) -> None:
    assert units[USUAL].max().max() < TODAY
    for name in BRANCH:
        assert (pd.to_datetime(units[name].dropna(), format="%Y年%m月%d日") < pd.Timestamp(TODAY)).all()


def test_a_few_units_are_in_unusual_order(units: pd.DataFrame) -> None:
    days = units[USUAL].apply(pd.to_datetime)
    unusual = (days["腾空日期"] < days["补偿日期"]) | (days["拆除日期"] < days["腾空日期"])
    assert 5 <= unusual.sum() <= 80


def test_personal_columns_are_there_and_hold_nothing_real(units: pd.DataFrame) -> None:
    assert units["户主姓名"].str.fullmatch(r"住户\d{4}").all()
    assert set(units["联系电话"]) == {"000-0000"}


def test_task_books_name_tasks_and_date_facts_with_evidence(data: Path, tasks: gpd.GeoDataFrame) -> None:
    sheets = pd.read_excel(data / "task_books.xlsx", sheet_name=None, header=1)
    assert set(sheets) == {"任务书", "程序节点", "目标"}
    for rows in sheets.values():
        assert set(rows["任务编号"]) <= set(tasks["任务编号"])
    steps = sheets["程序节点"]
    done = steps["完成日期"].notna()
    assert done.sum() >= 200
    assert (~done).sum() >= 50
    assert (steps["完成日期"].dropna() < pd.Timestamp(TODAY)).all()
    assert steps.loc[done, "依据文件"].str.len().gt(3).all()
    assert 5 <= sheets["任务书"]["签约生效比例"].notna().sum() <= 25
    assert (sheets["目标"]["目标值"] > 0).all()

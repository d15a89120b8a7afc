"""Settings: read once from the environment, frozen, passed down."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geoservice.errors import InvalidInput

PACKAGE: Final = Path(__file__).parent
LOG_FORMATS: Final = ("auto", "json", "text")
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
_PREFIX: Final = "GEOSERVICE_"


@dataclass(frozen=True)
class Settings:
    """What an installation can set; every field is an environment variable ``GEOSERVICE_<NAME>``.

    Attributes
    ----------
    database_url : str
        ``postgresql+psycopg://…`` or the path of a GeoPackage.
    policy_file : Path or None
        Another policy than the shipped one.
    rules_file : Path or None
        Other availability rules than the shipped ones.
    checks_file : Path or None
        The city's own severities and tolerances for the checks of files, over the shipped ones.
    datums_file : Path or None
        Local parameters from 西安80 or 北京54 to CGCS2000, which its owner alone may read.
    maps_dir : Path
        Folder of map definitions.
    data_dir : Path
        Folder of the demo city.
    base_path : str
        Path prefix behind a reverse proxy, such as ``/geo``.
    secure_cookies : bool
        Send cookies over HTTPS only; set it wherever TLS ends in front of the service.
    worker : bool
        Do queued work in the server; with ``false`` it waits for ``geoservice work``.
    procedures_file : Path or None
        Other procedures of expropriation than the shipped ones.
    holidays_file : Path or None
        Another calendar of holidays and worked weekends than the shipped one.
    imports_dir : Path or None
        Protected folder of files handed in; default beside the database.
    vault_dir : Path or None
        Folder of the vault for personal fields and original files; without one, neither is kept.
    vault_key_file : Path or None
        File of the vault's master keys, which its owner alone may read.
    vault_key : str or None
        The same keys where no file is named; never shown.
    basemap_file : Path or None
        A PMTiles or MBTiles file of raster tiles, offered as a base map.
    tianditu_key : str or None
        Key of 天地图 (tk); with one, its base maps are offered through the service. Never shown.
    tianditu_url : str
        Where 天地图 answers, or a node of it inside a closed network.
    basemap_cache_dir : Path
        Folder in which fetched tiles are kept.
    basemap_cache_mb : int
        How much they may take.
    audit_heads : Path or None
        File that receives the head of the audit chain after each change; by default beside a GeoPackage, and
        nowhere for PostGIS.
    answers_file : Path or None
        File that keeps drawn tiles and lists between starts; by default beside a GeoPackage, and nowhere for
        PostGIS.
    log_format : str
        ``json``, ``text``, or ``auto``: text at a terminal, JSON elsewhere.
    log_level : str
        ``debug``, ``info``, ``warning`` or ``error``; by default ``warning`` for text and ``info`` for JSON.
    slow_query_ms : int
        A statement that takes longer is logged; 0 logs none.
    query_timeout_s : float
        A statement of a request that takes longer is cancelled in the database; 0 never.
    database_connections : int
        Connections a process holds at most.
    database_wait_s : float
        How long a request waits for one of them before it is refused.
    request_body_mb : int
        Largest body of a request.
    upload_mb : int
        Largest body of a form with files.
    result_mb : int
        Largest page of features.
    shutdown_grace_s : int
        How long requests under way may take after the service was told to stop.
    """

    database_url: str
    policy_file: Path | None
    rules_file: Path | None
    maps_dir: Path
    data_dir: Path
    checks_file: Path | None = None
    datums_file: Path | None = None
    base_path: str = ""
    secure_cookies: bool = False
    worker: bool = True
    procedures_file: Path | None = None
    holidays_file: Path | None = None
    imports_dir: Path | None = None
    vault_dir: Path | None = None
    vault_key_file: Path | None = None
    vault_key: str | None = field(default=None, repr=False)
    basemap_file: Path | None = None
    tianditu_key: str | None = field(default=None, repr=False)
    tianditu_url: str = "https://t0.tianditu.gov.cn"
    basemap_cache_dir: Path = Path("var/basemaps")
    basemap_cache_mb: int = 500
    audit_heads: Path | None = None
    answers_file: Path | None = None
    log_format: str = "auto"
    log_level: str = ""
    slow_query_ms: int = 1000
    query_timeout_s: float = 30.0
    database_connections: int = 20
    database_wait_s: float = 5.0
    request_body_mb: int = 10
    upload_mb: int = 500
    result_mb: int = 100
    shutdown_grace_s: int = 30


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read settings from environment variables.

    Raises
    ------
    InvalidInput
        If a variable of ours is unknown or cannot mean anything.
    """
    known = {name.upper() for name in Settings.__dataclass_fields__}
    unknown = [
        name
        for name in environment
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in known | _FOR_TESTS
    ]
    if unknown:
        raise InvalidInput(
            "Unknown settings in the environment",
            ", ".join(sorted(unknown)),
            f"Known are: {', '.join(_PREFIX + name for name in sorted(known))}.",
        )
    heads = environment.get("GEOSERVICE_AUDIT_HEADS")
    return Settings(
        database_url=environment.get("GEOSERVICE_DATABASE_URL") or str(Path("var") / "geoservice.gpkg"),
        policy_file=_path(environment, "GEOSERVICE_POLICY_FILE"),
        rules_file=_path(environment, "GEOSERVICE_RULES_FILE"),
        checks_file=_path(environment, "GEOSERVICE_CHECKS_FILE"),
        datums_file=_path(environment, "GEOSERVICE_DATUMS_FILE"),
        maps_dir=_path(environment, "GEOSERVICE_MAPS_DIR") or _shipped("maps"),
        data_dir=_path(environment, "GEOSERVICE_DATA_DIR") or _shipped("data/parcels"),
        base_path=environment.get("GEOSERVICE_BASE_PATH", "").rstrip("/"),
        secure_cookies=_flag(environment, "GEOSERVICE_SECURE_COOKIES"),
        worker=_flag(environment, "GEOSERVICE_WORKER", "true"),
        procedures_file=_path(environment, "GEOSERVICE_PROCEDURES_FILE"),
        holidays_file=_path(environment, "GEOSERVICE_HOLIDAYS_FILE"),
        imports_dir=_to_be(environment, "GEOSERVICE_IMPORTS_DIR"),
        vault_dir=_to_be(environment, "GEOSERVICE_VAULT_DIR"),
        vault_key_file=_to_be(environment, "GEOSERVICE_VAULT_KEY_FILE"),
        vault_key=environment.get("GEOSERVICE_VAULT_KEY") or None,
        basemap_file=_path(environment, "GEOSERVICE_BASEMAP_FILE"),
        tianditu_key=environment.get("GEOSERVICE_TIANDITU_KEY") or None,
        tianditu_url=_address(environment, "tianditu_url"),
        basemap_cache_dir=_to_be(environment, "GEOSERVICE_BASEMAP_CACHE_DIR") or Settings.basemap_cache_dir,
        basemap_cache_mb=int(_number(environment, "basemap_cache_mb", 1, 1_000_000)),
        audit_heads=Path(heads) if heads else None,
        answers_file=_to_be(environment, "GEOSERVICE_ANSWERS_FILE"),
        log_format=_choice(environment, "log_format", LOG_FORMATS),
        log_level=_choice(environment, "log_level", ("", *LOG_LEVELS)),
        slow_query_ms=int(_number(environment, "slow_query_ms", 0, 3_600_000)),
        query_timeout_s=_number(environment, "query_timeout_s", 0, 86_400),
        database_connections=int(_number(environment, "database_connections", 1, 1000)),
        database_wait_s=_number(environment, "database_wait_s", 0, 600),
        request_body_mb=int(_number(environment, "request_body_mb", 1, 10_000)),
        upload_mb=int(_number(environment, "upload_mb", 1, 100_000)),
        result_mb=int(_number(environment, "result_mb", 1, 10_000)),
        shutdown_grace_s=int(_number(environment, "shutdown_grace_s", 0, 3600)),
    )


_FOR_TESTS: Final = {"TEST_POSTGIS", "TEST_STRICT", "TEST_GOLDEN"}


def _shipped(folder: str) -> Path:
    """Return a folder of the checkout, or its copy inside the installed package."""
    checkout = PACKAGE.parent / folder
    return checkout if checkout.is_dir() else PACKAGE / "_data" / Path(folder).name


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    if not value:
        return None
    path = Path(value)
    if not path.exists():
        raise InvalidInput(f"{name} names something that does not exist", value, "Correct the path.")
    return path


def _to_be(environment: Mapping[str, str], name: str) -> Path | None:
    """Return a path that ``geoservice vault init`` may still have to make."""
    value = environment.get(name)
    return Path(value) if value else None


def _flag(environment: Mapping[str, str], name: str, default: str = "false") -> bool:
    value = environment.get(name, default).lower()
    if value not in ("true", "false", "1", "0"):
        raise InvalidInput(f"{name} must be true or false", value, "Write true or false.")
    return value in ("true", "1")


def _choice(environment: Mapping[str, str], field: str, choices: tuple[str, ...]) -> str:
    name, default = _named(field)
    value = environment.get(name, str(default)).lower()
    if value not in choices:
        words = ", ".join(filter(None, choices))
        raise InvalidInput(f"{name} has no such value", value, f"Use one of: {words}.")
    return value


def _address(environment: Mapping[str, str], field: str) -> str:
    name, default = _named(field)
    value = (environment.get(name) or str(default)).rstrip("/")
    if not value.startswith(("https://", "http://")):
        raise InvalidInput(f"{name} is no address", value, "Write https://HOST.")
    return value


def _number(environment: Mapping[str, str], field: str, least: float, most: float) -> float:
    name, default = _named(field)
    text = environment.get(name) or str(default)
    try:
        value = float(text) if isinstance(default, float) else int(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        kind = "a number" if isinstance(default, float) else "a whole number"
        raise InvalidInput(f"{name} is not {kind} in range", text, f"Use {least:g} to {most:g}.")
    return value


def _named(field: str) -> tuple[str, Any]:
    return _PREFIX + field.upper(), Settings.__dataclass_fields__[field].default

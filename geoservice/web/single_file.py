"""A named map as one file: the same definitions, the same questions, the features inside the page."""

from __future__ import annotations

import gzip
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Connection

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.cartography import PUBLIC_NOTICE, Page, Text, build_map, find_definition, render
from geoservice.cartography.locked import Seal, Terms, locked_page
from geoservice.errors import Forbidden, InvalidInput
from geoservice.exports.holds import without_holds
from geoservice.model.vocabulary import Role
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.details import DETAILS, project_details
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.places import base_layers, city_bounds
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.vault import ITERATIONS, lock, require_passphrase
from geoservice.web.pages import stamp
from geoservice.wording import LANGUAGES, words

DEFAULT_DAYS: Final = 30
"""So long an internal file opens where nobody says otherwise."""

LONGEST_RECIPIENT: Final = 60


@dataclass(frozen=True, slots=True)
class Handover:
    """On which terms an internal file leaves the house.

    Attributes
    ----------
    passphrase : str
        What opens it; it is told to the recipient on another way than the file.
    days : int
        How many days it opens, from today.
    recipient : str
        Whom it is for; stands in the watermark.
    """

    passphrase: str
    days: int = DEFAULT_DAYS
    recipient: str = ""

    def __repr__(self) -> str:
        """Keep the passphrase to oneself."""
        return f"Handover(days={self.days}, recipient={self.recipient!r})"


def locked_file(
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    language: str,
    handover: Handover,
) -> tuple[str, date]:
    """Return the HTML of an internal map that a passphrase opens, and the last day on which it does.

    Raises
    ------
    InvalidInput
        If the passphrase is weak, or the file would open longer than the policy lets it.

    Notes
    -----
    O(features shown); sealed as a whole, by :func:`geoservice.vault.lock`.
    """
    most = service.policy.exports.file_days
    if not 1 <= handover.days <= most:
        raise InvalidInput(
            "A file of internal data must expire", handover.days, f"Give --days from 1 to {most}."
        )
    if len(handover.recipient) > LONGEST_RECIPIENT:
        raise InvalidInput(
            "The recipient's name is too long for the watermark",
            handover.recipient,
            f"Use at most {LONGEST_RECIPIENT} characters.",
        )
    require_passphrase(handover.passphrase)
    made = clock.today()
    viewer = Text(principal.role.zh, principal.role.en)
    until = made + timedelta(days=handover.days)
    nonce = secrets.token_hex(12)
    inside = _html(
        service, principal, name, moment, language, nonce, _watermark(viewer, made, until, handover.recipient)
    )
    with service.database.read() as connection:
        city = read_city(connection)
    terms = Terms(Text(city.name, city.name_en), viewer, made, until)
    locked = lock(
        handover.passphrase, gzip.compress(inside.encode(), mtime=0), terms.bound(), iterations=ITERATIONS
    )
    seal = Seal(locked.salt, locked.iterations, locked.nonce, locked.body)
    return locked_page(terms, seal, nonce, _language(language)), until


def _watermark(viewer: Text, made: date, until: date, recipient: str) -> Text:
    told = {
        one: words("locked", one)
        .gettext("watermark" if recipient else "watermark_plain")
        .format(viewer=getattr(viewer, one), made=made, until=until, recipient=recipient)
        for one in LANGUAGES
    }
    return Text(told["zh"], told["en"])


def single_file(service: Service, principal: Principal, name: str, moment: Moment, language: str) -> str:
    """Return the HTML of a named map with everything inside that the principal may see, in the open.

    Notes
    -----
    O(features shown). All features are read in one transaction, so that the file shows one state.
    """
    return _html(service, principal, name, moment, language)


def _html(
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    language: str,
    nonce: str | None = None,
    watermark: Text | None = None,
) -> str:
    definition = find_definition(name, service.settings.maps_dir)
    with service.database.read() as connection:
        city = read_city(connection)
        bounds = city_bounds(connection, city, moment)
        themes = base_layers(connection, moment)
        sources = {
            source: _source(connection, service, principal, source, themes, moment)
            for source in definition.sources
        }
    page = Page(
        city=Text(city.name, city.name_en),
        mode="inline",
        language=_language(language),
        nonce=nonce,
        watermark=watermark,
        as_of=moment.day,
        bounds=bounds,
        notice=PUBLIC_NOTICE if principal.role is Role.PUBLIC else None,
        stamp=stamp(city),
        viewer=Text(principal.role.zh, principal.role.en),
    )
    return render(build_map(definition, sources, page))


def _source(
    connection: Connection,
    service: Service,
    principal: Principal,
    source: str,
    themes: dict[str, list[str]],
    moment: Moment,
) -> Any:
    kind, _, rest = source.partition(":")
    try:
        if kind == "base":
            return [
                _layer(connection, service, principal, code, moment) for code in themes.get(rest, [])
            ] or None
        if kind == "layer":
            return _layer(connection, service, principal, rest, moment)
        text = _collection(connection, service, principal, kind, moment, Filters())
    except Forbidden:
        return None
    return _with_details(connection, service, principal, text, moment) if kind == "projects" else text


def _layer(connection: Connection, service: Service, principal: Principal, code: str, moment: Moment) -> str:
    filters = Filters(equal={"layer": (code,)})
    return _collection(connection, service, principal, "layer_features", moment, filters)


def _collection(
    connection: Connection,
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    filters: Filters,
) -> str:
    view = service.policy.view(principal, name)
    query = FeatureQuery(COLLECTIONS[name], moment, principal, view, filters)
    found = ",".join(page.features for page in features.pages(connection, query))
    if name == "availability":
        found = _neutral(found)
    return f'{{"type":"FeatureCollection","features":[{found}]}}'


def _neutral(found: str) -> str:
    """Say nothing of holds: a file leaves the house as an export does."""
    parsed = orjson.loads(f"[{found}]")
    for feature in parsed:
        told = {name: [value] for name, value in feature["properties"].items()}
        feature["properties"] = {name: values[0] for name, values in without_holds(told).items()}
    return orjson.dumps(parsed).decode()[1:-1]


def _with_details(
    connection: Connection, service: Service, principal: Principal, text: str, moment: Moment
) -> str:
    """Put what the card fetches from the service into the features, since a file has no service to ask."""
    document = orjson.loads(text)
    for feature in document["features"]:
        details = project_details(connection, service.policy, principal, feature["id"], moment)
        feature["properties"] |= {name: details[name] for name in DETAILS}
    return orjson.dumps(document).decode()


def _language(text: str) -> Literal["zh", "en"]:
    return "en" if text == "en" else "zh"

"""Every address of the desk, walked as everybody: "Who may know what" of docs/architecture.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

import desk.app
from ledger.note import Signer
from records.case import Case
from records.staff import Role
from records.work import Store, reading, writing
from rules.book import Rules
from tests.desk.case_kit import REPORT, file, page_of, stored, untimed
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.web.conftest import GENEROUS
from triage import admission, tracker
from triage.publickeys import CIRCLES
from triage.standing import Tracker
from triage.submission import Disclosure, Identity
from web import clock
from web.app import Parts

EVERYBODY = frozenset(Role)
READERS = frozenset({Role.INSPECTOR, Role.HEAD})
LIAISONS = frozenset({Role.POLICE_LIAISON, Role.PROCURACY_LIAISON, Role.PROTECTION_OFFICER})
#: Whose place a blueprint is. One that stands nowhere here fails the test: say who may.
PLACES: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(("entry", "entry_files", "entry_table"), READERS),
    "account": EVERYBODY,
    "cases": READERS,
    "dossiers": LIAISONS,
    "queue": READERS,
    "handover": frozenset({Role.HEAD}),
    "referral": frozenset({Role.HEAD}),
    "protection": READERS,
    "assigning": frozenset({Role.HEAD}),
    **dict.fromkeys(("identity", "custodians"), frozenset({Role.CUSTODIAN})),
    "members": READERS,
    "office": frozenset({Role.ADMINISTRATOR}),
    "meeting": frozenset({Role.HEAD, Role.SUPERVISOR, Role.POLICE_LIAISON, Role.PROCURACY_LIAISON}),
}
#: Single endpoints that differ from the rest of their place.
SINGLE: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(("queue.list", "queue.keys", "queue.switch_keys"), EVERYBODY),
    **dict.fromkeys(
        ("members.page", "members.admit", "members.reseal"), READERS | set(CIRCLES.values())
    ),
    **dict.fromkeys(
        (f"identity.{name}" for name in ("reading", "read", "close")),
        READERS | {Role.PROTECTION_OFFICER},
    ),
    **dict.fromkeys(
        (f"handover.{name}" for name in ("page", "file", "preview", "picture")), READERS
    ),
    "members.dismiss": frozenset({Role.HEAD}),
    **dict.fromkeys(
        (
            f"office.{name}"
            for name in ("templates", "template_new", "template_edit", "template_delete")
        ),
        frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    ),
    "office.rules": READERS | {Role.SUPERVISOR, Role.ADMINISTRATOR},
}
#: Files and the sign of life, the same for everybody.
OPEN = frozenset({"static", "desk.health"})
#: How people come in.
OPEN_TO_STRANGERS = frozenset(
    f"account.{name}"
    for name in (
        *("sign_in", "try_password", "code", "try_code", "app", "try_app"),
        *("password", "choose_password"),
    )
)

#: Words of the report that are nowhere else, and words of the identity of who sent it.
NARRATIVE, FILE_NAME, ACCUSED = "dấu vết Ngọc Lam", "dau-vet-ngoc-lam.txt", "Ngọc Lam Vết"
OF_CONTENT = (NARRATIVE, FILE_NAME, ACCUSED)
OF_IDENTITY = ("Tôn Nữ Kín Đáo", "77 kiệt Không Ai Biết", "0900 111 222")
UNIT = "thanh_tra"


@dataclass(frozen=True)
class House:
    """The desk, a case, and everybody who may or may not know of it."""

    app: Flask
    store: Store
    case_id: UUID
    file_id: UUID
    of_role: Mapping[Role, Colleague]
    recused: Colleague
    stranger: Colleague

    def browser(self, person: Colleague) -> FlaskClient:
        return at_work(self.app, self.store, person)

    def addresses(self, method: str, **other: object) -> Iterator[tuple[str, str]]:
        """Yield every address of the case that takes a method, with its endpoint."""
        given = {
            "case_id": self.case_id,
            "file_id": self.file_id,
            "staff_id": self.stranger.id,
            **SAMPLES,
            **other,
        }
        with self.app.test_request_context():
            for rule in self.app.url_map.iter_rules():
                if method in (rule.methods or ()) and rule.endpoint not in OPEN:
                    yield rule.endpoint, built(rule, given)


#: Something of somebody's own that there is not: roles that may look for it find nothing either.
NOTHING = UUID(int=0)
SAMPLES: Mapping[str, object] = {
    "step_id": "case.classified",
    "page": 1,
    "number": 1,
    **dict.fromkeys(
        ("dossier_id", "filter_id", "session_id", "row", "template_id", "request_id"), NOTHING
    ),
}


def built(rule: Rule, given: Mapping[str, object]) -> str:
    values = {name: given[name] for name in rule.arguments if name != "lang"}
    found = rule.build(values | dict(rule.defaults or {}))
    assert found is not None, rule
    return str(found[1])


def may(endpoint: str) -> frozenset[Role]:
    return SINGLE.get(endpoint) or PLACES[endpoint.split(".", maxsplit=1)[0]]


@pytest.fixture(scope="module")
def house(instance: Store, law: Rules, promise_key: Signer) -> House:
    of_role = {role: employ(instance, promise_key, f"ai_{role}", UNIT, role) for role in Role}
    stranger = employ(instance, promise_key, "ai_khac", "so_y_te", Role.HEAD)
    recused = employ(instance, promise_key, "ai_tranh", UNIT, Role.INSPECTOR)
    case = admission.new_case()
    files = stored(instance, case, FILE_NAME, f"Trong tệp: {NARRATIVE}.".encode())
    report = replace(
        REPORT,
        narrative=f"{REPORT.narrative} Đây là {NARRATIVE}.",
        facts=replace(REPORT.facts, accused=ACCUSED),
        identity=Identity(Disclosure.CONFIDENTIAL, *OF_IDENTITY),
        files=files,
    )
    file(instance, law, promise_key, report, case=case)
    with writing(instance) as work:
        at = Tracker(work, law, promise_key, clock.today())
        entered = {"assignee": recused.id.hex, "reason": "Người thân của người bị phản ánh"}
        tracker.take(at, case, of_role[Role.HEAD].id, "person.recused", entered)
    with reading(instance) as work:
        row = work.session.get(Case, case.id)
        assert row is not None
        assert row.unit_code == UNIT
    app = desk.app.create(Parts(instance, law, promise_key, GENEROUS))
    app.config["WTF_CSRF_CHECK_DEFAULT"] = (
        False  # or what it refuses would hide what the roles refuse
    )
    return House(app, instance, case.id, files[0].id, of_role, recused, stranger)


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_its_own_addresses_and_finds_no_others(house: House, role: Role) -> None:
    browser = house.browser(house.of_role[role])
    for method in ("GET", "POST"):
        for endpoint, address in house.addresses(method):
            status = browser.open(address, method=method).status_code
            if endpoint == "account.sign_out":
                browser = house.browser(house.of_role[role])
            where = f"{method} {address} as {role}"
            if role not in may(endpoint):
                assert status == 404, where
            elif method == "GET" and str(NOTHING) not in address:
                assert status < 400, where
            else:
                assert status < 500, where


def test_nobody_gets_in_without_signing_in(house: House) -> None:
    for method in ("GET", "POST"):
        for endpoint, address in house.addresses(method):
            if endpoint not in OPEN_TO_STRANGERS:
                answer = house.app.test_client().open(address, method=method)
                assert answer.status_code in {303, 403, 404}, address
                assert not set(OF_CONTENT) & set(answer.text.split("\n")), address


@pytest.mark.parametrize("role", sorted(EVERYBODY - READERS))
def test_no_role_but_readers_sees_a_word_of_the_report(house: House, role: Role) -> None:
    browser = house.browser(house.of_role[role])
    for _, address in house.addresses("GET"):
        text = browser.get(address).text
        assert not [word for word in (*OF_CONTENT, *OF_IDENTITY) if word in text], address


@pytest.mark.parametrize("role", sorted(READERS))
def test_readers_see_the_report_and_nothing_of_who_sent_it(house: House, role: Role) -> None:
    browser = house.browser(house.of_role[role])
    page = browser.get(page_of(house.case_id)).text
    assert [word for word in OF_CONTENT if word in page] == list(OF_CONTENT)
    for _, address in house.addresses("GET"):
        text = browser.get(address).text
        assert not [word for word in OF_IDENTITY if word in text], address


@pytest.mark.parametrize("who", ["recused", "stranger"])
def test_a_case_that_is_not_theirs_does_not_exist_for_readers(
    house: House, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)  # pages tell how long the session lasts
    browser = house.browser(getattr(house, who))
    nothing = dict.fromkeys(("case_id", "file_id"), uuid4())
    for method in ("GET", "POST"):
        own = list(house.addresses(method))
        for (endpoint, address), (_, of_nothing) in zip(
            own, house.addresses(method, **nothing), strict=True
        ):
            if endpoint == "account.sign_out":
                continue
            if address != of_nothing:
                there, not_there = (
                    browser.open(each, method=method) for each in (address, of_nothing)
                )
                assert there.status_code == not_there.status_code == 404, address
                there_text = there.text
                for named, unknown in zip(
                    (house.case_id, house.file_id), nothing.values(), strict=True
                ):
                    there_text = there_text.replace(str(named), str(unknown))
                assert untimed(there_text) == untimed(not_there.text), address
            else:
                text = browser.open(address, method=method).text
                assert str(house.case_id) not in text, address
                assert not [word for word in (*OF_CONTENT, *OF_IDENTITY) if word in text], address

"""`dangvan leave` and `dangvan recover`: who goes, who comes back, and with which shares."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from ledger.note import Signer
from records.case import Case
from records.log import LogEntry
from records.settings import Settings
from records.staff import Role, Staff
from records.unit import UnitKeyHolder
from records.work import Store, open_store, reading, writing
from rules import load
from tests.commands.conftest import Ended, Run
from tests.custodians import confirmed
from triage import admission, keyring, signin, staffing
from triage.staffing import Person
from triage.submission import Disclosure, Identity, Submission
from vault.keys import Seed
from web.clock import today

PASSWORD, NEW = "một mật khẩu đủ dài", "một mật khẩu hoàn toàn khác"
REPORT = Submission(intent="phan_anh_tham_nhung", category="bribery", narrative="Vòi tiền.")


@pytest.fixture
def shares(init: Callable[..., Ended], tmp_path: Path) -> Path:
    """A founded instance whose escrow shares lie in a file, one a line."""
    lines = init().out.splitlines()
    words = [line.split(": ")[1] for line in lines if line.startswith("Escrow share")]
    assert len(words) == 5
    return written(tmp_path, "shares", *words)


@pytest.fixture
def store(shares: Path, home: Path) -> Iterator[Store]:  # noqa: ARG001
    opened = open_store(Settings.read(home=home))
    yield opened
    opened.engine.dispose()


def written(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / name


def appoint(store: Store, home: Path, login: str, role: Role = Role.INSPECTOR) -> tuple[UUID, Seed]:
    with writing(store) as work:
        person = Person(login, "Trần Thị An", "thanh_tra", role, PASSWORD)
        return staffing.appoint(work, person, promise_key(home), today()), person.seed


def promise_key(home: Path) -> Signer:
    return keyring.read_key(Settings.read(home=home), keyring.PROMISE_KEY)


def file_report(store: Store, home: Path, report: Submission = REPORT) -> None:
    with writing(store) as work:
        admission.admit(work, load(), promise_key(home), admission.new_case(), report, today())


def acts(store: Store) -> int:
    with reading(store) as work:
        return work.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def test_who_leaves_signs_in_no_more_and_it_is_in_the_log(
    run: Run, store: Store, home: Path
) -> None:
    appoint(store, home, "an")
    before = acts(store)
    ended = run("leave", "an")
    assert ended.code == 0, ended.err
    assert ended.out == "an has left. Cases to assign anew: 0.\n"
    assert acts(store) == before + 2  # the departure, and the unit's new key
    with pytest.raises(signin.Refused):
        signin.unlock(store, "an", PASSWORD)
    again = run("leave", "an")
    assert (again.code, again.out) == (1, "")
    assert "has left already" in again.err


def test_shares_that_have_to_stay_are_told(run: Run, store: Store, home: Path) -> None:
    people = dict(appoint(store, home, login, Role.CUSTODIAN) for login in ("giu1", "giu2"))
    with writing(store) as work:
        confirmed(work, promise_key(home), people)
    who = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm")
    file_report(store, home, replace(REPORT, identity=who))
    assert "Shares of 1 identities stay sealed to giu1" in run("leave", "giu1").out


@pytest.mark.parametrize(
    "command",
    [("leave", "khong_co"), ("recover", "person", "khong_co"), ("recover", "unit", "thanh_tra")],
)
def test_an_unknown_login_is_said_and_nothing_is_done(
    run: Run, store: Store, shares: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    before, more = acts(store), list[str]()
    if "recover" in command:
        more += ["--shares-file", str(shares)]
    if "person" in command:
        more += ["--password-file", str(written(tmp_path, "new", NEW))]
    if "unit" in command:
        more += ["--to", "khong_co"]
    ended = run(*command, *more)
    assert (ended.code, ended.out) == (1, "")
    assert "nobody with the login 'khong_co'" in ended.err
    assert acts(store) == before


def test_the_shares_bring_back_a_lost_password(
    run: Run, store: Store, home: Path, shares: Path, tmp_path: Path
) -> None:
    appoint(store, home, "an")
    seed, before = signin.unlock(store, "an", PASSWORD).seed, acts(store)
    new = str(written(tmp_path, "new", NEW))
    ended = run("recover", "person", "an", "--shares-file", str(shares), "--password-file", new)
    assert ended.code == 0, ended.err
    assert ended.out == (
        "an signs in with this password once, then chooses their own and new factors.\n"
    )
    assert signin.unlock(store, "an", NEW).seed == seed
    with pytest.raises(signin.Refused):
        signin.unlock(store, "an", PASSWORD)
    assert acts(store) == before + 1


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_too_few_shares_recover_nobody(  # noqa: PLR0913, PLR0917
    run: Run, store: Store, home: Path, shares: Path, tmp_path: Path, kept: int
) -> None:
    appoint(store, home, "an")
    before = acts(store)
    few = written(tmp_path, "few", *shares.read_text(encoding="utf-8").splitlines()[:kept])
    new = str(written(tmp_path, "new", NEW))
    ended = run("recover", "person", "an", "--shares-file", str(few), "--password-file", new)
    assert (ended.code, ended.out) == (1, "")
    assert "Traceback" not in ended.err
    assert signin.unlock(store, "an", PASSWORD)
    assert acts(store) == before


def test_a_misspelt_share_recovers_nobody(
    run: Run, store: Store, home: Path, shares: Path, tmp_path: Path
) -> None:
    appoint(store, home, "an")
    first, *others = shares.read_text(encoding="utf-8").splitlines()
    swapped = " ".join(reversed(first.split()))
    wrong = str(written(tmp_path, "wrong", swapped, *others))
    for command in (
        ("person", "an", "--password-file", str(written(tmp_path, "new", NEW))),
        ("unit", "thanh_tra", "--to", "an"),
    ):
        ended = run("recover", *command, "--shares-file", wrong)
        assert (ended.code, ended.out) == (1, "")
    assert signin.unlock(store, "an", PASSWORD)


def test_the_shares_open_a_units_cases_to_a_member(
    run: Run, store: Store, home: Path, shares: Path
) -> None:
    file_report(store, home)  # nobody works there yet
    appoint(store, home, "an")
    before = acts(store)
    ended = run("recover", "unit", "thanh_tra", "--to", "an", "--shares-file", str(shares))
    assert ended.code == 0, ended.err
    assert ended.out == "1 cases of thanh_tra are open to its members again.\n"
    with reading(store) as work:
        unit = work.session.scalars(select(Case.unit_code)).one()
        an = select(Staff.id).where(Staff.login == "an").scalar_subquery()
        held = select(func.max(UnitKeyHolder.epoch)).where(UnitKeyHolder.staff_id == an)
        assert (unit, work.session.scalar(held)) == ("thanh_tra", 3)
    assert acts(store) == before + 2


def test_a_unit_that_is_none_or_not_the_members_is_refused(
    run: Run, store: Store, home: Path, shares: Path
) -> None:
    appoint(store, home, "an")
    before = acts(store)
    for code, why in (("khong_co", "no unit 'khong_co'"), ("so_y_te", "has no role")):
        ended = run("recover", "unit", code, "--to", "an", "--shares-file", str(shares))
        assert (ended.code, ended.out) == (1, "")
        assert why in ended.err
    assert acts(store) == before

"""deploy/setup.sh decides well on machines that lack something.

The commands it calls are stand-ins: nothing is downloaded or installed.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "setup.sh"
REAL = ("cat", "cksum", "dirname", "env", "grep", "mkdir", "rm", "sed", "sh", "touch")

# Answers what setup.sh asks of an interpreter. Files in $MACHINE switch its faults on:
# `old` (too old), `no-venv` (Debian without python3-venv), `no-network` (pip cannot download).
PYTHON = """#!/bin/sh
echo "python $*" >>"$MACHINE/log"
case "$*" in
*version_info*) [ ! -e "$MACHINE/old" ] ;;
*"import ensurepip"*) [ ! -e "$MACHINE/no-venv" ] ;;
*python_version*) cat "$MACHINE/version" ;;
--version) echo "Python $(cat "$MACHINE/version")" ;;
"-m venv "*)
    mkdir -p "$3/bin"
    cat "$0" >"$3/bin/python"
    chmod +x "$3/bin/python" ;;
"-m pip install "*) [ ! -e "$MACHINE/no-network" ] ;;
esac
"""
APT = """#!/bin/sh
echo "apt-get $*" >>"$MACHINE/log"
[ "$1" = update ] || rm -f "$MACHINE/no-venv"
"""


class Machine:
    """A folder to set up and a PATH with nothing on it but stand-ins and a few POSIX tools."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.state = folder / "state"
        self.bin = folder / "bin"
        for made in (self.project / "deploy", self.state, self.bin):
            made.mkdir(parents=True)
        shutil.copy(SCRIPT, self.project / "deploy")
        (self.project / "pyproject.toml").touch()
        (self.project / "requirements.lock").write_text("one==1\n")
        (self.project / "requirements-dev.lock").write_text("one==1\ntwo==2\n")
        (self.state / "version").write_text("3.11.2\n")
        for tool in (*REAL, "chmod"):
            # Scripts, never links: replacing a link's text would write into the system's own tool.
            self.has(tool, f'#!/bin/sh\nexec {shutil.which(tool)} "$@"\n')
        self.has("python3", PYTHON)
        self.has("id", "#!/bin/sh\necho 1000\n")

    def has(self, command: str, script: str) -> None:
        path = self.bin / command
        path.write_text(script)
        path.chmod(0o755)

    def lacks(self, *faults: str) -> None:
        for fault in faults:
            (self.state / fault).touch()

    def run(self, kind: str = "run") -> tuple[int, str]:
        """Run the script; return its exit code and what it said."""
        (self.state / "log").write_text("")
        done = subprocess.run(
            [str(self.project / "deploy" / "setup.sh"), kind],
            env={"PATH": str(self.bin), "MACHINE": str(self.state), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stdout == ""
        return done.returncode, done.stderr

    def log(self) -> str:
        return (self.state / "log").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_lock_is_installed_with_hashes_and_wheels_only(machine: Machine) -> None:
    code, _ = machine.run()
    assert code == 0
    assert "--require-hashes --only-binary :all: -r requirements.lock" in machine.log()
    assert "--no-deps --no-build-isolation --editable ." in machine.log()


def test_a_second_run_does_nothing(machine: Machine) -> None:
    machine.run()
    assert machine.run() == (0, "")
    assert "pip" not in machine.log()


def test_a_changed_lock_is_installed_into_the_same_environment(machine: Machine) -> None:
    machine.run()
    (machine.project / "requirements.lock").write_text("one==2\n")
    assert machine.run()[0] == 0
    assert "pip install" in machine.log()
    assert "venv" not in machine.log().replace(".venv", "")


def test_the_development_lock_serves_a_server_too(machine: Machine) -> None:
    machine.run("dev")
    assert machine.run("run") == (0, "")


def test_the_runtime_lock_is_not_enough_for_the_tests(machine: Machine) -> None:
    machine.run("run")
    machine.run("dev")
    assert "-r requirements-dev.lock" in machine.log()


def test_programs_for_the_tests_are_installed_where_that_is_allowed(machine: Machine) -> None:
    machine.has("apt-get", APT)
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.has("redis-server", "#!/bin/sh\n")
    assert machine.run("dev")[0] == 0
    assert "--no-install-recommends" in machine.log()
    installed = [line for line in machine.log().splitlines() if line.startswith("apt-get install")]
    assert "chromium" in installed[0]
    assert "redis-server" not in installed[0]


def test_without_those_programs_the_tests_still_run(machine: Machine) -> None:
    code, said = machine.run("dev")
    assert code == 0
    assert "Some tests are skipped without: chromium" in said
    assert machine.run("dev") == (0, "")


def test_a_half_made_environment_is_made_again(machine: Machine) -> None:
    machine.run()
    (machine.project / ".venv" / ".unfinished").touch()
    assert machine.run()[0] == 0
    assert "-m venv" in machine.log()


def test_a_moved_folder_gets_a_new_environment(machine: Machine) -> None:
    machine.run()
    machine.project = machine.project.rename(machine.project.with_name("elsewhere"))
    assert machine.run()[0] == 0
    assert "-m venv" in machine.log()


def test_a_new_python_gets_a_new_environment(machine: Machine) -> None:
    machine.run()
    (machine.state / "version").write_text("3.13.5\n")
    assert machine.run()[0] == 0
    assert "-m venv" in machine.log()


def test_root_gets_the_missing_venv_package_installed(machine: Machine) -> None:
    machine.lacks("no-venv")
    machine.has("apt-get", APT)
    machine.has("id", "#!/bin/sh\necho 0\n")
    assert machine.run()[0] == 0
    assert "apt-get update" in machine.log()
    assert "python3-venv" in machine.log()


def test_sudo_without_password_is_used(machine: Machine) -> None:
    machine.lacks("no-venv")
    machine.has("apt-get", APT)
    machine.has("sudo", '#!/bin/sh\nshift\necho "sudo $*" >>"$MACHINE/log"\n"$@"\n')
    assert machine.run()[0] == 0
    assert "sudo apt-get update" in machine.log()


@pytest.mark.parametrize("sudo", [True, False])
def test_an_ordinary_user_is_told_what_to_type(machine: Machine, *, sudo: bool) -> None:
    machine.lacks("no-venv")
    machine.has("apt-get", APT)
    if sudo:
        machine.has("sudo", "#!/bin/sh\nexit 1\n")
    code, said = machine.run()
    asked = "sudo sh -c" if sudo else "su -c"
    assert code != 0
    assert f"\n    {asked} 'apt-get update && apt-get install -y python3-venv'\n" in said
    assert "apt-get" not in machine.log()
    assert machine.run() == (code, said)


def test_a_folder_without_rights_is_named(machine: Machine) -> None:
    machine.has("mkdir", "#!/bin/sh\nexit 1\n")
    code, said = machine.run()
    assert code != 0
    assert f"This folder cannot be written: {machine.project}" in said


def test_another_system_is_told_which_package_is_missing(machine: Machine) -> None:
    machine.lacks("no-venv")
    code, said = machine.run()
    assert code != 0
    assert "Missing: python3-venv" in said


def test_an_old_python_is_named_with_the_cure(machine: Machine) -> None:
    machine.lacks("old")
    (machine.state / "version").write_text("3.10.12\n")
    machine.has("apt-get", APT)
    code, said = machine.run()
    assert code != 0
    assert "Python 3.11 or newer is needed; python3 here is Python 3.10.12" in said
    assert "apt-get install -y python3.11 python3.11-venv" in said


def test_a_failed_download_is_a_sentence_and_the_next_run_recovers(machine: Machine) -> None:
    machine.lacks("no-network")
    code, said = machine.run()
    assert code != 0
    assert "The packages of requirements.lock could not be installed" in said
    (machine.state / "no-network").unlink()
    assert machine.run()[0] == 0
    assert os.access(machine.project / ".venv" / ".installed", os.R_OK)
    assert not (machine.project / ".venv" / ".unfinished").exists()

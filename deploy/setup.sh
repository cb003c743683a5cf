#!/bin/sh
# Makes .venv and installs what a lock file names. Needs only python3; safe to interrupt and to run again.
#
#   deploy/setup.sh venv   an empty environment
#   deploy/setup.sh run    with requirements.lock: what a server needs
#   deploy/setup.sh dev    with requirements-dev.lock: tests and checks too
#
# PYTHON=/path/to/python3.12 chooses the interpreter. pip reads its usual configuration (proxy, mirror).
set -eu

cd "$(dirname "$0")/.."
venv=.venv
python=$venv/bin/python
stamp=$venv/.installed  # line 1: which lock, and its checksum; line 2: this folder and this Python
unfinished=$venv/.unfinished  # there while something is being made: an interruption leaves it behind

say() { printf '%s\n' "$@" >&2; }

die() {
    say "" "$@"
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            base=$candidate
            return 0
        fi
    done
    return 1
}

# Installs Debian packages if that is allowed here; otherwise says what to type.
install_packages() {
    typed="apt-get update && apt-get install -y $*"
    if ! command -v apt-get >/dev/null; then
        die "Missing: $*. Install it with your system's package manager, then run the same command again."
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif ! command -v sudo >/dev/null; then
        die "Missing: $*. Type this, then run the same command again:" "    su -c '$typed'"
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        die "Missing: $*. Type this, then run the same command again:" "    sudo sh -c '$typed'"
    fi
    say "Installing $* (system packages) ..."
    # A machine that has just been switched on may still be updating itself: wait for its lock.
    # shellcheck disable=SC2086  # as_root is nothing or two words
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" >&2
}

need_python() {
    find_python && return
    if [ -n "${PYTHON:-}" ]; then
        die "PYTHON=$PYTHON is not Python 3.11 or newer."
    elif ! command -v python3 >/dev/null; then
        install_packages python3 python3-venv || true
    else
        say "Python 3.11 or newer is needed; python3 here is $(python3 --version 2>&1)."
        install_packages python3.11 python3.11-venv || true
    fi
    find_python || die "This system offers no Python 3.11 or newer (Debian 12 and Ubuntu 22.04 do)." \
        "If you have one elsewhere, put PYTHON=/path/to/python3 before the same command."
}

make_venv() {
    need_python
    # Debian keeps part of the venv module in a package of its own.
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        package=${base##*/}-venv
        install_packages "$package" || die "Installing $package failed: see the last lines above." \
            "Is the network there? Then run the same command again."
    fi
    say "Making $venv with $("$base" --version 2>&1) ..."
    { rm -rf "$venv" && mkdir "$venv" && touch "$unfinished"; } || die "This folder cannot be written: $(pwd)"
    "$base" -m venv "$venv" >&2 || die "$base -m venv $venv failed: see the last lines above."
    rm -f "$unfinished"
}

place() { printf '%s, Python %s\n' "$(pwd)" "$("$python" -c 'import platform; print(platform.python_version())')"; }

# True if .venv was made to its end, for this folder (scripts in it hold its path) and this Python.
is_sound() {
    [ ! -e "$unfinished" ] && is_new_enough "$python" || return 1
    if [ -e "$stamp" ]; then
        [ "$(sed -n 2p "$stamp")" = "$(place)" ]
    else
        # Some tools make environments without pip: add it.
        "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null 2>&1
    fi
}

lock_of() {
    case $1 in
    run) echo requirements.lock ;;
    dev) echo requirements-dev.lock ;;
    esac
}

wanted() { printf '%s %s\n' "$1" "$(cat pyproject.toml "$(lock_of "$1")" | cksum)"; }

is_installed() { [ -e "$stamp" ] && [ "$(sed -n 1p "$stamp")" = "$(wanted "$1")" ]; }

install() {
    lock=$(lock_of "$1")
    touch "$unfinished"
    rm -f "$stamp"
    say "Installing the $(grep -c '==' "$lock") packages of $lock ..."
    quiet=
    [ -t 2 ] || quiet=--quiet
    # A `user = true` in pip's configuration would be refused inside an environment.
    export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
    # Wheels only: building from source would fetch build tools that no hash guards.
    # shellcheck disable=SC2086  # quiet is nothing or one word
    "$python" -m pip install $quiet --require-hashes --only-binary :all: -r "$lock" >&2 ||
        die "The packages of $lock could not be installed: pip says why in its last lines above." \
            "If it is the network: look at the connection, and at the proxy or mirror ($python -m pip config list)." \
            "Then run the same command again: what has been downloaded is kept."
    "$python" -m pip install --quiet --no-deps --no-build-isolation --editable . >&2 ||
        die "The packages are there, but this project itself could not be installed: pip says why above."
    { wanted "$1" && place; } >"$stamp"
    rm -f "$unfinished"
}

has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

# Real programs that some tests talk to. Where they cannot be had, those tests say so and are skipped.
want_test_programs() {
    missing=
    has chromium || has google-chrome || missing="$missing chromium"
    has age || missing="$missing age"
    has clamd || missing="$missing clamav-daemon"
    has redis-server || missing="$missing redis-server"
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086  # one word for each package
    (install_packages $missing) || say "Some tests are skipped without:$missing."
}

case ${1:-} in
venv | run | dev) ;;
*) die "Usage: deploy/setup.sh venv|run|dev" ;;
esac

is_sound || make_venv
[ "$1" != venv ] || exit 0
# The development lock holds all that a server needs.
if ! is_installed "$1" && ! { [ "$1" = run ] && is_installed dev; }; then
    install "$1"
    [ "$1" != dev ] || want_test_programs
fi

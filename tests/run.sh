#!/usr/bin/env bash
# Runs every test: first on SQLite (with the browser journeys), then what touches the database again on PostgreSQL.
# As root on Debian or Ubuntu it installs Chromium, PostgreSQL, MariaDB and R through apt; elsewhere it uses what is there,
# and the tests that need what is missing are skipped and listed.
set -uo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cityhall-services-XXXXXX")
chmod 755 "$WORK"
export CITYHALL_HOME="$WORK/home"  # for what is read before the tests give themselves folders of their own
trap 'stop_services; rm -rf "$WORK"' EXIT

say() { printf 'cityhall tests: %s\n' "$*"; }

install_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
    local wanted=()
    command -v chromium >/dev/null || wanted+=(chromium)
    ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || wanted+=(postgresql)
    command -v mariadbd >/dev/null || wanted+=(mariadb-server)
    command -v Rscript >/dev/null || wanted+=(r-base-core r-cran-jsonlite)
    ls /usr/share/fonts/truetype/wqy /usr/share/fonts/opentype/noto 2>/dev/null | grep -qiE 'wqy|cjk' || wanted+=(fonts-wqy-microhei)
    [ ${#wanted[@]} = 0 ] && return 0
    say "installing ${wanted[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } \
        >"$WORK/apt.log" 2>&1 || { say "apt could not install them:"; tail -n 5 "$WORK/apt.log"; }
}

free_port() { "$BIN/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_postgres() {
    local url; url=$(PYTHON="$BIN/python" tests/postgres.sh start "$WORK/pg") || { say "PostgreSQL did not start"; return 0; }
    [ -z "$url" ] || export CITYHALL_TEST_POSTGRES="$url"
}

start_mariadb() {
    command -v mariadbd >/dev/null || return 0
    local port; port=$(free_port); local user; user=$( [ "$(id -u)" = 0 ] && echo mysql || id -un )
    install -d -m 700 "$WORK/my"; [ "$(id -u)" = 0 ] && chown mysql "$WORK/my"
    mariadb-install-db --no-defaults --user="$user" --datadir="$WORK/my" --auth-root-authentication-method=normal >"$WORK/my.log" 2>&1
    mariadbd --no-defaults --user="$user" --datadir="$WORK/my" --bind-address=127.0.0.1 --port="$port" --socket="$WORK/my/sock" \
        --character-set-server=utf8mb4 --pid-file="$WORK/my/pid" >>"$WORK/my.log" 2>&1 &
    MARIADB=$!
    for _ in $(seq 60); do
        "$BIN/python" -c "import pymysql; pymysql.connect(host='127.0.0.1', port=$port, user='root').close()" 2>/dev/null &&
            { export CITYHALL_TEST_MYSQL="mysql://root@127.0.0.1:$port/"; return 0; }
        sleep 0.5
    done
    say "MariaDB did not start:"; tail -n 5 "$WORK/my.log"
}

stop_services() {
    [ -n "${MARIADB:-}" ] && kill "$MARIADB" 2>/dev/null && wait "$MARIADB" 2>/dev/null
    tests/postgres.sh stop "$WORK/pg"
    return 0
}

# Thousands of tests with real servers, browsers, clocks and threads: when at most three fail, they are run once more, alone.
# What fails twice has failed; what passes the second time is named at the end, so that its chance is found and taken away.
BY_CHANCE=()
again() {
    local failed; failed=$("$BIN/python" -m pytest -q -n 0 --last-failed --last-failed-no-failures none --collect-only "$@" 2>/dev/null | grep '::')
    [ -n "$failed" ] && [ "$(wc -l <<<"$failed")" -le 3 ] || return 1
    say "failed, and run once more alone:"; echo "$failed"
    "$BIN/python" -m pytest -q -n 0 --last-failed --last-failed-no-failures none "$@" || return 1
    BY_CHANCE+=("$failed")
}

round() {
    "$BIN/python" -m pytest -q -n "${CITYHALL_TEST_WORKERS:-2}" --dist loadgroup "$@"; local ended=$?
    [ $ended = 1 ] || return $ended
    again "$@"
}

install_packages
start_postgres
start_mariadb
say "everything, with SQLite"
round "$@"; first=$?
second=0
if [ -n "${CITYHALL_TEST_POSTGRES:-}" ]; then
    say "what touches the database, with PostgreSQL"
    export CITYHALL_TEST_ROUND=database DATABASE_URL=$CITYHALL_TEST_POSTGRES
    round -m "not browser and not realdata" "$@"; second=$?
else
    say "no PostgreSQL: the second round is left out"; [ "${CITYHALL_NO_SKIPS:-}" = 1 ] && second=1
fi
[ ${#BY_CHANCE[@]} = 0 ] || { say "FAILED ONCE AND PASSED ALONE (they fail by chance, and need repair):"; printf '%s\n' "${BY_CHANCE[@]}"; }
[ $first = 0 ] && [ $second = 0 ]

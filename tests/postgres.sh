#!/usr/bin/env bash
# A private PostgreSQL for tests and benchmarks, on a free port of this machine: `tests/postgres.sh start FOLDER` prints its
# URL (nothing, when PostgreSQL's programs are not installed), `stop FOLDER` ends it. As root it runs as `postgres`, who must
# be able to pass to the folder. It does not wait for the disk (fsync=off): what it holds is thrown away.
set -uo pipefail

bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
free_port() { "${PYTHON:-python3}" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start() {
    local folder=$1 port; port=$(free_port)
    install -d -m 700 "$folder"; [ "$(id -u)" = 0 ] && chown postgres "$folder"
    { as_postgres "$(bin)/initdb" -D "$folder" -U cityhall -A trust -E UTF8 --locale=C.UTF-8 &&
        as_postgres "$(bin)/pg_ctl" -D "$folder" -w -l "$folder/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start
    } >"$folder.log" 2>&1 || { cat "$folder.log" >&2; return 1; }
    echo "postgres://cityhall@127.0.0.1:$port/postgres"
}

stop() { [ ! -f "$1/postmaster.pid" ] || as_postgres "$(bin)/pg_ctl" -D "$1" -m immediate stop >/dev/null 2>&1; }

[ -n "$(bin)" ] || exit 0
case "${1:-}" in
    start | stop) "$1" "$2" ;;
    *) echo "tests/postgres.sh start|stop FOLDER" >&2; exit 2 ;;
esac

# What the scripts share that start servers of their own; they source it.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

# A port that nobody has at the moment.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# venv NAME PACKAGE…: packages from PyPI in target/NAME/venv, where they are not yet; $python is whose
# packages they are.
venv() {
    local venv=$root/target/$1/venv
    shift
    [ "$(cat "$venv/installed" 2>/dev/null)" != "$*" ] || return 0
    rm -rf "$venv"
    "${python:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
    echo "$*" >"$venv/installed"
}

# launch SIGNAL LOG COMMAND…: starts a server, whose process is then in $launched. Ctrl-C is for
# whoever started it, not for the server: it is in a session of its own. Should that one be gone
# without a word, the server gets the signal. How it ends is nothing for bash to tell.
launch() {
    local signal=$1 log=$2
    shift 2
    setsid setpriv --pdeathsig "$signal" "$@" >>"$log" 2>&1 &
    launched=$!
    disown "$launched"
}

# end PROCESS SIGNAL: has a server end, by force where it has not within 20 seconds. (No local of this
# file is called as a variable of those who source it: a trap that runs meanwhile would see it.)
end() {
    local pid=$1
    kill -s "$2" "$pid" 2>/dev/null || return 0
    for _ in $(seq 200); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

# wait_until PROCESS LOG COMMAND…: waits some minutes at most until the command succeeds; shows the log where
# the process ends before that, or never gets there.
wait_until() {
    local pid=$1 log=$2
    shift 2
    for _ in $(seq 1800); do
        "$@" >/dev/null 2>&1 && return
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    tail -20 "$log" >&2
    return 1
}

# answers URL: whether what is there answers well.
answers() {
    python3 -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=2)' "$1"
}

# PostgreSQL refuses to run as root.
as_postgres=()
if [ "$(id -u)" = 0 ]; then
    as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi

postgres_bin() {
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    echo "${bin:-$(dirname "$(command -v postgres)")}"
}

# make_postgres FOLDER: an empty database cluster in FOLDER/data, where there is none, whose superuser is
# gavel.
make_postgres() {
    [ ! -e "$1/data" ] || return 0
    # Whatever an attempt that was broken off has left.
    rm -rf "$1/data.new"
    [ "$(id -u)" != 0 ] || chown postgres "$1"
    (cd / && "${as_postgres[@]}" "$(postgres_bin)/initdb" --pgdata "$1/data.new" --username gavel --auth trust \
        --encoding UTF8 --locale C.UTF-8) >"$1/initdb.log" 2>&1 || { cat "$1/initdb.log" >&2; return 1; }
    mv "$1/data.new" "$1/data"
}

# launch_postgres FOLDER PORT OPTION…: starts it. It ends, in order, on INT.
launch_postgres() {
    local folder=$1 port=$2
    shift 2
    launch INT "$folder/postgres.log" "${as_postgres[@]}" "$(postgres_bin)/postgres" -D "$folder/data" -p "$port" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@"
}

# postgres_answers PORT
postgres_answers() {
    "$(postgres_bin)/pg_isready" --quiet --username gavel --host 127.0.0.1 --port "$1"
}

# launch_redis FOLDER PORT: starts a Redis that writes nothing down.
launch_redis() {
    launch TERM "$1/redis.log" redis-server --bind 127.0.0.1 --port "$2" --save '' --appendonly no --dir "$1"
}

# redis_answers PORT
redis_answers() {
    [ "$(redis-cli -h 127.0.0.1 -p "$1" ping)" = PONG ]
}

# shellcheck shell=bash
# A private PostgreSQL cluster in a directory of its own, on the loopback and on a Unix socket. Functions only; safe
# under `set -euo pipefail`. No system service, configuration or cluster is touched.
#
#   cluster_start DIR PORT [NAME=VALUE ...]   makes the cluster if need be, starts it, returns when it answers
#   cluster_stop DIR                          stops it, if it runs
#   cluster_home DIR                          prints where it really is: its data in `data`, its socket beside it
#
# PostgreSQL refuses to run as root: then everything belongs to the user `postgres`. Where that user cannot reach DIR
# (below /root, say), or the path is too long for a socket, the cluster lives in /var/tmp, named after DIR.
# Connections are trusted: this is for development and tests, on a machine whose users trust one another.

# Prints the newest installed version's programs; 15 at least.
cluster_programs() {
    local initdb version newest='' found=''
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        [[ -x $initdb ]] || continue
        version=${initdb%/bin/initdb}
        version=${version##*/}
        if [[ $version =~ ^[0-9]+$ ]] && ((version >= 15)) && ((version > ${newest:-0})); then
            newest=$version
            found=${initdb%/initdb}
        fi
    done
    if [[ -z $found ]] && command -v pg_config >/dev/null && [[ $(pg_config --version) =~ \ ([0-9]+) ]] &&
        ((BASH_REMATCH[1] >= 15)) && [[ -x $(pg_config --bindir)/initdb ]]; then
        found=$(pg_config --bindir)
    fi
    if [[ -z $found ]]; then
        echo 'PostgreSQL 15 or later is needed: apt-get install postgresql' >&2
        return 1
    fi
    echo "$found"
}

# Runs a command as the cluster's user, from a directory that this user can enter.
cluster_as_user() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups --reset-env "$@")
    else
        (cd / && exec "$@")
    fi
}

# Runs a command that leaves a server behind. Nothing of ours may stay open in it, or whoever waits for us through a
# pipe would wait for the server's end.
cluster_detached() {
    (
        for descriptor in /proc/"$BASHPID"/fd/*; do
            descriptor=${descriptor##*/}
            if ((descriptor > 2 && descriptor != 255)); then eval "exec $descriptor>&-"; fi
        done
        cluster_as_user "$@" </dev/null >/dev/null 2>&1
    )
}

cluster_home() {
    # In this locale bash counts bytes, and not letters.
    local directory=$1 absolute LC_ALL=C
    # `return 0` and not `return`, which in an EXIT trap gives the status that the script ends with.
    absolute=$(realpath -m -- "$directory")
    # A socket's path has at most 107 bytes; «/.s.PGSQL.65535.lock» is the longest name in it.
    if ((${#absolute} <= 85)); then
        if ((EUID != 0)); then
            echo "$absolute"
            return 0
        fi
        mkdir -p -- "$absolute"
        if cluster_as_user test -x "$absolute"; then
            echo "$absolute"
            return 0
        fi
    fi
    echo "/var/tmp/spro-$(id -u)-$(printf %s "$absolute" | sha256sum | cut -c 1-16)"
}

cluster_start() {
    local directory=$1 port=$2 programs home data setting owner
    shift 2
    programs=$(cluster_programs)
    home=$(cluster_home "$directory")
    data=$home/data
    if [[ $home != "$(realpath -m -- "$directory")" ]]; then
        echo "PostgreSQL's user cannot keep a cluster in $directory; it is in $home" >&2
    fi
    owner=$(id -un)
    if ((EUID == 0)); then owner=postgres; fi
    # In a directory that anybody may write to, what is there already must be ours.
    if [[ -L $home || (-e $data && $(stat -c %U -- "$data") != "$owner") ]]; then
        echo "$home belongs to somebody else" >&2
        return 1
    fi
    if [[ ! -s $data/PG_VERSION ]]; then
        mkdir -p -- "$home"
        if ((EUID == 0)); then
            install -d -m 0700 -o postgres -g postgres -- "$data"
        fi
        cluster_as_user "$programs/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 >/dev/null
    fi
    if cluster_as_user "$programs/pg_ctl" status --pgdata="$data" >/dev/null; then
        # Line 4 of postmaster.pid is the port.
        if [[ $(cluster_as_user sed -n 4p "$data/postmaster.pid") != "$port" ]]; then
            echo "the cluster in $directory runs on another port: stop it first" >&2
            return 1
        fi
    else
        {
            echo "port = $port"
            echo "listen_addresses = '127.0.0.1'"
            echo "unix_socket_directories = '$data'"
            echo 'max_connections = 200'
            echo 'shared_buffers = 256MB'
            for setting in "$@"; do echo "${setting%%=*} = '${setting#*=}'"; done
        } | cluster_as_user tee "$data/postgresql.auto.conf" >/dev/null
        if ! cluster_detached "$programs/pg_ctl" start --pgdata="$data" --log="$data/server.log" --wait \
            --timeout=60; then
            echo "PostgreSQL does not start in $home:" >&2
            cluster_as_user tail -n 20 "$data/server.log" >&2 || true
            return 1
        fi
    fi
    for _ in {1..300}; do
        if "$programs/pg_isready" --quiet --host=127.0.0.1 --port="$port"; then return; fi
        sleep 0.1
    done
    echo "PostgreSQL runs in $home and does not answer on port $port" >&2
    return 1
}

cluster_stop() {
    local directory=$1 programs data
    programs=$(cluster_programs)
    data=$(cluster_home "$directory")/data
    if [[ -d $data ]] && cluster_as_user "$programs/pg_ctl" status --pgdata="$data" >/dev/null; then
        cluster_as_user "$programs/pg_ctl" stop --pgdata="$data" --mode=fast --wait --timeout=60 >/dev/null
    fi
}

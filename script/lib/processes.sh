# shellcheck shell=bash
# Background processes of ours, each known by its pid file. Functions only.
#
#   process_start RUN LOG NAME COMMAND...   starts it, apart from this shell
#   process_stop RUN NAME                   ends it, if it is still the process that was started
#   process_await URL NAME RUN LOG          waits until URL answers 200, and it is this process that listens there
#   processes_watch RUN LOG NAME...         returns when one of them has ended, and says which and why

process_start() {
    local run=$1 log=$2 name=$3
    shift 3
    mkdir -p "$run" "$log"
    # shellcheck disable=SC2016
    setsid --fork bash -c '
        pid_file=$0
        read -r stat <"/proc/$$/stat"
        read -ra fields <<<"${stat##*) }"
        echo "$$ ${fields[19]}" >"$pid_file"
        exec "$@"' "$run/$name.pid" "$@" >"$log/$name.log" 2>&1 </dev/null
}

# When a process began, in ticks since the machine did (proc(5), field 22 of stat); its name may hold anything.
process_start_time() {
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    # One that ended and that nobody has taken note of is no longer there.
    [[ ${fields[0]} != Z ]] || return 1
    echo "${fields[19]}"
}

# The pid, if that process is still the one that was started: pids are used again, but not with the same beginning.
process_pid() {
    local run=$1 name=$2 pid start
    [[ -f $run/$name.pid ]] || return 1
    read -r pid start <"$run/$name.pid" || return 1
    [[ -n $start && $(process_start_time "$pid") == "$start" ]] || return 1
    echo "$pid"
}

# Whether that process, and no other, listens on a port of this machine.
process_listens() {
    local run=$1 name=$2 port=$3 pid inode
    pid=$(process_pid "$run" "$name") || return 1
    for inode in $(awk -v port="$(printf ':%04X' "$port")" \
        '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null); do
        if [[ -n $(find "/proc/$pid/fd" -lname "socket:\[$inode\]" 2>/dev/null) ]]; then return; fi
    done
    return 1
}

process_stop() {
    local run=$1 name=$2 pid
    if pid=$(process_pid "$run" "$name"); then
        kill -TERM "$pid" 2>/dev/null || true
        for _ in {1..150}; do
            process_pid "$run" "$name" >/dev/null || break
            sleep 0.1
        done
        if pid=$(process_pid "$run" "$name"); then kill -KILL "$pid" 2>/dev/null || true; fi
    fi
    rm -f "$run/$name.pid"
}

process_await() {
    local url=$1 name=$2 run=$3 log=$4 port
    port=${url#*://*:}
    port=${port%%/*}
    for _ in {1..600}; do
        # Another stack's service would answer as well.
        if curl --silent --fail --max-time 2 --output /dev/null "$url" && process_listens "$run" "$name" "$port"; then
            return
        fi
        sleep 0.1
        if [[ -f $run/$name.pid ]] && ! process_pid "$run" "$name" >/dev/null; then break; fi
    done
    echo "$name does not come up; the end of $log/$name.log:" >&2
    tail -n 20 "$log/$name.log" >&2 || true
    return 1
}

processes_watch() {
    local run=$1 log=$2 name
    shift 2
    while true; do
        for name in "$@"; do
            if ! process_pid "$run" "$name" >/dev/null; then
                echo "$name has ended; the end of $log/$name.log:" >&2
                tail -n 20 "$log/$name.log" >&2 || true
                return 1
            fi
        done
        sleep 1
    done
}

# shellcheck shell=bash
# Background processes of ours, each known by its pid file. Functions only.
#
#   process_start RUN LOG NAME COMMAND...   starts it, apart from this shell
#   process_stop RUN NAME                   ends it, if it is still the process that was started
#   process_await URL NAME RUN LOG          waits until URL answers 200

process_start() {
    local run=$1 log=$2 name=$3
    shift 3
    mkdir -p "$run" "$log"
    # shellcheck disable=SC2016
    setsid --fork bash -c 'echo "$$" >"$0"; exec "$@"' "$run/$name.pid" "$@" >"$log/$name.log" 2>&1 </dev/null
}

# The pid, if that process still runs the command that was started: pids are used again.
process_pid() {
    local run=$1 name=$2 pid
    [[ -f $run/$name.pid ]] || return 1
    pid=$(<"$run/$name.pid")
    [[ -n $pid && -r /proc/$pid/cmdline ]] || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep --quiet --fixed-strings -- "$name" || return 1
    echo "$pid"
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
    local url=$1 name=$2 run=$3 log=$4
    for _ in {1..600}; do
        if curl --silent --fail --max-time 2 --output /dev/null "$url"; then return; fi
        sleep 0.1
        if [[ -f $run/$name.pid ]] && ! process_pid "$run" "$name" >/dev/null; then break; fi
    done
    echo "$name does not come up; the end of $log/$name.log:" >&2
    tail -n 20 "$log/$name.log" >&2 || true
    return 1
}

# shellcheck shell=bash
# Rounds and their table, for script/bench. Functions only. A round is a line «requests a second, p50 and p99 in µs,
# processor time of the server for a request in µs» in $state/NAME.rounds.

# anchor_serve SIZE PORT: answers with the directory's answer whose size is nearest to the mean.
anchor_serve() {
    local size=$1 port=$2 url=${directory[$1]} path mean
    while read -r path; do
        curl --silent --fail --header "Authorization: Bearer $token" --write-out "%{size_download} $path\n" \
            --output /dev/null "$url$path"
    done <"$state/search.paths" >"$state/answers"
    mean=$(awk '{ sum += $1 } END { printf "%d", sum / NR }' "$state/answers")
    path=$(awk -v mean="$mean" '{ d = $1 > mean ? $1 - mean : mean - $1; print d, $2 }' "$state/answers" |
        sort -n | sed -n '1s/.* //p')
    echo "$mean" >"$state/$size.mean"
    curl --silent --fail --header "Authorization: Bearer $token" "$url$path" >"$state/$size.answer"
    process_start "$state/run" "$state/log" "anchor-$size" "$bin/bench-anchor" --file "$state/$size.answer" \
        --port "$port"
    process_await "http://127.0.0.1:$port/" "anchor-$size" "$state/run" "$state/log"
}

# measure NAME URL PATHS PROCESS TOKEN: one round; a failed answer spoils the figures, so it ends the run.
measure() {
    local line before
    before=$(processor_time "$4")
    line=$(PATHS=$state/$3.paths TOKEN=$5 taskset --cpu-list "$last" wrk --threads 1 --connections "$connections" \
        --duration "${seconds}s" --latency --script script/lib/wrk-report.lua "$2" | sed -n 's/^REPORT //p')
    if [[ ${line##* } != 0 ]]; then
        echo "$1: ${line##* } answers failed" >&2
        return 1
    fi
    awk -v spent=$(($(processor_time "$4") - before)) -v seconds="$seconds" \
        '{ print $1, $2, $3, int(spent * 1000 / ($1 * seconds)) }' <<<"$line" >>"$state/$1.rounds"
}

# pgbench_round NAME: one round of pgbench, whose words are in $state/log/pgbench.log and whose transactions are in
# $state/pgbench-log.*: those of its last seconds, because each of its sessions begins with plans to make. A failed
# transaction ends the run.
pgbench_round() {
    local log=$state/log/pgbench.log
    grep --quiet '^number of failed transactions: 0' "$log" || { cat "$log" >&2; return 1; }
    awk -v seconds="$seconds" '{ at[NR] = $5 + $6 / 1e6; took[NR] = $3; if (at[NR] > end) end = at[NR] }
        END { for (i = 1; i <= NR; i++) if (at[i] > end - seconds) print took[i] }' "$state"/pgbench-log.* |
        sort --numeric-sort | awk -v seconds="$seconds" '{ v[NR] = $1 }
            END { printf "%.1f %d %d -\n", NR / seconds, v[int(NR * 0.5) + 1], v[int(NR * 0.99) + 1] }' \
            >>"$state/$1.rounds"
}

# A process's time on any processor so far, in milliseconds.
processor_time() {
    sed 's/.*) //' "/proc/$(process_pid "$state/run" "$1")/stat" |
        awk -v tick="$(getconf CLK_TCK)" '{ print ($12 + $13) * 1000 / tick }'
}

# median NAME COLUMN
median() {
    sort -n -k "$2,$2" "$state/$1.rounds" |
        awk -v column="$2" '{ v[NR] = $column } END { print v[int((NR + 1) / 2)] }'
}

# ratio NAME TO [COLUMN]: of each round, so that a machine whose speed drifts does not distort it.
ratio() {
    paste -d ' ' "$state/$1.rounds" "$state/$2.rounds" | awk -v column="${3:-1}" '{ print $column / $(column + 4) }' |
        sort -n | awk '{ v[NR] = $1 } END { printf "%.2f (%.2f to %.2f)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

row() { printf '%-46s %11s %8s %8s %8s   %s\n' "$@"; }
rounds_row() { row "$1" "$(median "$2" 1)" "$(median "$2" 2)" "$(median "$2" 3)" "$(median "$2" 4)" "$3"; }

report() {
    echo "$((last + 1)) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(uname -sr)," \
        "$(swift --version 2>/dev/null | head -n 1), $("$programs/postgres" --version)"
    echo "$rounds rounds of $seconds s: medians; ratios of each round (least to greatest)." \
        "Load at the end: $(cut -d ' ' -f 1-3 /proc/loadavg)"
    if [[ " ${parts[*]} " == *' referral '* ]]; then report_referrals; fi
    if [[ " ${parts[*]} " == *' reporting_ingestion '* ]]; then report_ingestion; fi
    if [[ " ${parts[*]} " == *' directory '* ]]; then report_directory; fi
}

report_referrals() {
    local clients
    for clients in "${referral_clients[@]}"; do
        echo
        row "POST of a referral at $clients connections" requests/s 'p50 µs' 'p99 µs' '' ''
        rounds_row "  pgbench, its $(wc -l <"$state/referral.pgbench") statements one by one (anchor)" "pgbench-$clients" ''
        rounds_row '  the broker, with all guards' "referral-$clients" \
            "$(ratio "referral-$clients" "pgbench-$clients") of the anchor, target ≥ 1.0"
        row '' '' '' '' '' "p99 $(awk -v p50="$(median "referral-$clients" 2)" -v p99="$(median "referral-$clients" 3)" \
            'BEGIN { printf "%.1f", p99 / p50 }') times p50, target ≤ 3"
    done
}

report_ingestion() {
    echo
    row "$reporting_events events of a region's year" events/s '' '' '' ''
    rounds_row '  COPY of the rows that they make (anchor)' copy ''
    rounds_row '  ingestion, from NDJSON in memory' ingestion \
        "$(ratio ingestion copy) of the anchor, target ≥ 0.5"
}

report_directory() {
    local size previous='' time spent resident peak
    echo
    echo "Directory at $connections connections," \
        "PostGIS $(sql --dbname "directory_${sizes[0]}" --command 'select postgis_lib_version()')"
    for size in "${sizes[@]}"; do
        echo
        row "$size structures, $(<"$state/$size.mean") bytes an answer" requests/s 'p50 µs' 'p99 µs' 'CPU µs' ''
        rounds_row '  bare Hummingbird route, same bytes (anchor)' "anchor-$size" ''
        rounds_row '  search: 20 near a commune, token checked' "search-$size" \
            "$(ratio "search-$size" "anchor-$size") of the anchor, target ≥ 0.7"
        if [[ -n $previous ]]; then
            row '' '' '' '' '' \
                "$(ratio "search-$size" "search-$previous" 4) times the CPU among $previous, target ≤ 1.3 for ten times"
        fi
        rounds_row '  the same of one network and service' "filtered-$size" \
            "$(ratio "filtered-$size" "anchor-$size") of the anchor"
        rounds_row '  PostGIS, the first question on the same rows' "postgis-$size" \
            "the search is $(ratio "search-$size" "postgis-$size") times as fast, target ≥ 10"
        read -r time spent resident peak <"$state/$size.start"
        echo "  start: $time s ($spent ms of processor time), $resident MiB resident, $peak MiB at most" \
            "(targets among 65000: 2 s, 250 MiB)"
        read -r time spent peak <"$state/$size.import"
        echo "  import, when the directory was made: $time s ($spent s of processor time, PostgreSQL's apart)," \
            "$((peak / 1024)) MiB at most"
        previous=$size
    done
    [[ -v lagging ]] || return 0
    echo
    awk -v size="$lagging" '{ v[NR] = $1 } END {
        printf "A change among %d structures is seen at another replica after %.0f ms (median of %d), %.0f ms (p99), " \
            "target ≤ 100 ms\n", size, v[int((NR + 1) / 2)], NR, v[int(NR * 0.99 + 0.999)] }' "$state/$lagging.lag"
    import_row "$lagging" lines "A region's NDJSON over HTTP"
    import_row "$lagging" inclusion 'The same as a document of data.inclusion, which changes nothing'
}

# import_row SIZE FORM TITLE
import_row() {
    local sent time spent resident peak
    read -r sent time spent resident peak <"$state/$1.$2"
    echo "$3, $1 structures: sent in $sent s, stored after $time s ($spent ms of processor time, PostgreSQL's apart);" \
        "$resident MiB resident, $peak MiB at most"
}

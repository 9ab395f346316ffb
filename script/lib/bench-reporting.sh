# shellcheck shell=bash
# A year of a region's events taken in by the reporting service, beside COPY of the rows that it made of them into the
# same tables, indexes and all. Functions only; needs bench-report.sh, and of the caller: state, bin, programs
# (PostgreSQL's), and where the cluster is, for the services (SPRO_DATABASE_…) and for psql (PG…).
#
#   reporting_fill DEMANDS    a database with nothing in it, and the events: $state/events-FEED.ndjson
#   reporting_measure         one round of each: $state/ingestion.rounds, $state/copy.rounds; `events a second - - -`
#
# For the service there is more to do: it reads JSON, tells late, repeated and reordered events from others, unlinks who
# was forgotten, and notes with each page how far it has come.

reporting_tables=(structure_states structure_offers structure_closures label_decisions convention_states
    territory_states receptions demand_closings referrals referral_moves appointments)

reporting_sql() {
    "$programs/psql" --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --username postgres \
        --dbname reporting "$@"
}

reporting_fill() {
    local feed
    "$bin/reporting-service" bootstrap >>"$state/log/migrate.log"
    "$bin/reporting-service" migrate >>"$state/log/migrate.log"
    for feed in directory referral; do
        "$bin/demo-activity" events "$feed" --demands "$1" >"$state/events-$feed.ndjson"
    done
    reporting_events=$(cat "$state"/events-*.ndjson | wc -l)
}

reporting_empty() {
    local IFS=,
    reporting_sql --command "truncate ${reporting_tables[*]}, erased_persons" --command checkpoint --command \
        "update feeds set cursor = null, pages = 0, is_rebuilding = false, data_through = null, was_read_to_end = false"
}

reporting_measure() {
    local feed table spent=0 commands=()
    reporting_empty
    for feed in directory referral; do
        spent=$(awk -v spent="$spent" -v more="$("$bin/reporting-service" replay "$feed" "$state/events-$feed.ndjson")" \
            'BEGIN { print spent + more }')
    done
    reporting_round ingestion "$spent"

    for table in "${reporting_tables[@]}"; do
        commands+=(--command "\\copy $table to '$state/$table.rows' (format binary)")
    done
    reporting_sql "${commands[@]}"
    reporting_empty
    commands=()
    for table in "${reporting_tables[@]}"; do
        commands+=(--command "\\copy $table from '$state/$table.rows' (format binary)")
    done
    local now='select extract(epoch from clock_timestamp())'
    reporting_sql --command "$now" "${commands[@]}" --command "$now" >"$state/copy.times"
    reporting_round copy "$(awk 'NR == 1 { from = $1 } END { print $1 - from }' "$state/copy.times")"
}

# reporting_round NAME SECONDS
reporting_round() {
    awk -v events="$reporting_events" -v spent="$2" 'BEGIN { printf "%.0f - - -\n", events / spent }' \
        >>"$state/$1.rounds"
}

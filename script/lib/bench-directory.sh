# shellcheck shell=bash
# Directories of any size for script/bench, each with a database of its own. Functions only; needs processes.sh,
# bench-report.sh, and of the caller: state, bin, issuer, token, programs (PostgreSQL's), and where the cluster is, for
# the services (SPRO_DATABASE_…) and for psql (PG…).
#
#   directory_fill SIZE              a database with that many fictional structures, imported once
#   directory_serve NAME SIZE PORT   a replica on it; returns when it is ready
#   directory_starts SIZE PORT       starts it three times: medians in $state/SIZE.start
#   directory_lag SIZE PORT          from a change at one replica to its sight at another, in ms: $state/SIZE.lag
#   directory_imports SIZE PORT      a region imports that many over HTTP, then a document of data.inclusion that changes
#                                    nothing: for each «seconds to send, seconds to the end, ms of processor time, MiB
#                                    resident, MiB at most» in $state/SIZE.lines and $state/SIZE.inclusion
#   directory_memory NAME            its present and its highest resident memory in MiB

sql() {
    "$programs/psql" --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --username postgres "$@"
}

directory_fill() {
    local size=$1 database=directory_$1 file=$state/structures-$1.ndjson
    # What the last whole filling was made of.
    local made="$size $(cat demo/communes.csv demo/territories.csv Sources/DemoActivity/Crowd/*.swift | sha256sum)"
    local comment="select obj_description('public'::regnamespace)"
    if [[ $(sql --dbname "$database" --command "$comment" 2>/dev/null) == "$made" ]]; then
        # What a newer version of the services added.
        SPRO_DATABASE_NAME=$database "$bin/directory-service" migrate >>"$state/log/migrate.log"
        return
    fi
    sql --command 'set client_min_messages = warning' --command "drop database if exists $database" \
        --command "create database $database template directory owner directory_owner"
    "$bin/demo-activity" structures --count "$size" >"$file"
    # Seconds, seconds of processor time of its own, KiB at most.
    SPRO_DATABASE_NAME=$database /usr/bin/env time --format '%e %U %M' --output "$state/$size.import" \
        "$bin/directory-service" import structures "$file" >>"$state/log/import.log"
    rm "$file"
    sql --dbname "$database" --command "vacuum analyze" --command "comment on schema public is '$made'"
}

directory_serve() {
    local name=$1 size=$2 port=$3
    process_start "$state/run" "$state/log" "$name" env SPRO_DATABASE_NAME="directory_$size" SPRO_DRAIN_SECONDS=0 \
        SPRO_HTTP_PORT="$port" SPRO_OPERATIONS_PORT=$((port + 1000)) \
        SPRO_TOKEN_ISSUER="$issuer" SPRO_TOKEN_KEYS="$issuer/jwks.json" \
        SPRO_CURSOR_KEY_FILE="$state/run/cursor.key" "$bin/directory-service" serve
    # Asked without a pause, because the start is timed.
    for _ in {1..10000}; do
        if curl --silent --fail --output /dev/null "http://127.0.0.1:$((port + 1000))/readyz"; then break; fi
    done
    process_await "http://127.0.0.1:$((port + 1000))/readyz" "$name" "$state/run" "$state/log"
}

directory_memory() {
    awk '/^Vm(HWM|RSS)/ { kib[$1] = $2 } END { printf "%d %d\n", kib["VmRSS:"] / 1024, kib["VmHWM:"] / 1024 }' \
        "/proc/$(process_pid "$state/run" "$1")/status"
}

seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f", to - from }'; }

directory_starts() {
    local size=$1 port=$2 began
    for _ in 1 2 3; do
        began=$EPOCHREALTIME
        directory_serve starting "$size" "$port"
        echo "$(seconds_since "$began") $(processor_time starting) $(directory_memory starting)"
        process_stop "$state/run" starting
    done | sort -n | sed -n 2p >"$state/$size.start"
}

# Sixty changes of one structure, each timed from the beginning of its transaction until the other replica answers with
# it.
directory_lag() {
    local size=$1 port=$2 here=http://127.0.0.1:$2 there=http://127.0.0.1:$(($2 + 1))
    local admin id version url seen asking answers began
    directory_serve here "$size" "$port"
    directory_serve there "$size" "$((port + 1))"
    admin=$(ISSUER_URL=$issuer script/token region directory)
    read -r id version < <(sql --dbname "directory_$size" --field-separator ' ' \
        --command "select id, version from structures where region = '52' order by id limit 1")
    url=/v1/structures/$id
    curl --silent --fail --header "Authorization: Bearer $admin" "$here$url" |
        jq 'del(.id, .version, .updated_at, .located_in, .service_kinds, .record_completeness, .label,
            .address.commune_name, .address.department, .address.region)' >"$state/structure.json"
    for _ in {1..60}; do
        # One connection that asks again and again.
        exec {answers}< <(exec stdbuf -oL curl --silent --rate 500/s --output /dev/null --write-out '%header{etag}\n' \
            --header "Authorization: Bearer $token" "$there$url#[1-20000]")
        asking=$!
        read -r seen <&"$answers"
        curl --silent --fail --request PUT --header "Authorization: Bearer $admin" --header "If-Match: \"v$version\"" \
            --header 'Content-Type: application/json' --data "@$state/structure.json" "$here$url" &
        while [[ $seen != "\"v$((version + 1))"[-\"]* ]]; do read -r seen <&"$answers"; done
        seen=$EPOCHREALTIME
        kill "$asking"
        exec {answers}<&-
        wait $!
        version=$((version + 1))
        began=$(sql --dbname "directory_$size" \
            --command "select extract(epoch from updated_at) from structures where id = '$id'")
        awk -v from="$began" -v to="$seen" 'BEGIN { printf "%.1f\n", (to - from) * 1000 }'
    done | sort -n >"$state/$size.lag"
    process_stop "$state/run" here
    process_stop "$state/run" there
}

directory_imports() {
    local size=$1 port=$2 database=directory_imports
    sql --command 'set client_min_messages = warning' --command "drop database if exists $database" \
        --command "create database $database template directory owner directory_owner"
    # One region's, without labels: these are the procedure's.
    awk -F , 'NR == 1 || $4 == 52' demo/communes.csv >"$state/region.csv"
    "$bin/demo-activity" structures --count "$size" --communes "$state/region.csv" |
        sed 's/"label":{[^}]*},\{0,1\}//' >"$state/region.ndjson"
    directory_serve imports imports "$port"
    directory_import "$port" "$state/region.ndjson" application/x-ndjson >"$state/$size.lines"
    # What it takes to show so many is not the import's: a replica that begins with them.
    process_stop "$state/run" imports
    directory_serve imports imports "$port"
    curl --silent --fail --header "Authorization: Bearer $token" \
        "http://127.0.0.1:$port/v1/exports/data-inclusion" >"$state/region.json"
    directory_import "$port" "$state/region.json" application/json >"$state/$size.inclusion"
    rm "$state"/region.*
    process_stop "$state/run" imports
}

# directory_import PORT FILE TYPE
directory_import() {
    local port=$1 file=$2 url=http://127.0.0.1:$1 admin began sent spent import state_of
    admin=$(ISSUER_URL=$issuer script/token region directory)
    spent=$(processor_time imports) began=$EPOCHREALTIME
    import=$url$(curl --silent --fail --header "Authorization: Bearer $admin" --header "Content-Type: $3" \
        --header 'Expect:' --data-binary "@$file" "$url/v1/imports" | jq -r .links.self)
    sent=$(seconds_since "$began")
    while :; do
        state_of=$(curl --silent --fail --header "Authorization: Bearer $admin" "$import" | jq -r .state)
        case $state_of in
        done) break ;;
        waiting | running) sleep 0.1 ;;
        *)
            echo "the import of $file ended as $state_of" >&2
            return 1
            ;;
        esac
    done
    echo "$sent $(seconds_since "$began") $(($(processor_time imports) - spent)) $(directory_memory imports)"
}

# shellcheck shell=bash
# The whole of the services on this machine: database, issuer, three services. Functions only; needs cluster.sh and
# processes.sh. Ports begin at a base, so that two stacks can stand beside each other.
#
#   services_start STATE BASE BIN   everything, with demo data; STATE/run/env says where it is
#   services_watch STATE            returns when one of them has ended, and says which
#   services_play STATE BASE BIN    fictional people come, are passed on, are helped
#   services_stop STATE             all of it

services_start() {
    local state=$1 base=$2 bin=$3 service port issuer
    local run=$state/run log=$state/log
    mkdir -p "$run" "$log"
    services_check_ports "$base"
    cluster_start "$state/postgres" "$((base + 9))"
    issuer=http://127.0.0.1:$((base + 8))
    export SPRO_DATABASE_HOST=127.0.0.1 SPRO_DATABASE_PORT=$((base + 9))

    for service in directory referral reporting; do
        "$bin/$service-service" bootstrap
        "$bin/$service-service" migrate >>"$log/migrate.log"
    done
    # Once for each state of the demo data: what was edited since stays.
    local subject demo
    demo=$(cat demo/*.csv demo/*.ndjson | sha256sum)
    if [[ ! -f $state/demo.sha256 || $(<"$state/demo.sha256") != "$demo" ]]; then
        for subject in communes.csv territories.csv structures.ndjson schemes.ndjson resources.ndjson conventions.ndjson; do
            services_import "$log" "$bin" "${subject%.*}" "demo/$subject"
        done
        echo "$demo" >"$state/demo.sha256"
    fi
    # Once a day: events are over some day.
    demo+=" $(date +%F)"
    if [[ ! -f $state/agenda.day || $(<"$state/agenda.day") != "$demo" ]]; then
        script/demo-agenda >"$state/agenda.ndjson"
        services_import "$log" "$bin" agenda "$state/agenda.ndjson"
        echo "$demo" >"$state/agenda.day"
    fi

    process_start "$run" "$log" dev-issuer "$bin/dev-issuer" --port "$((base + 8))" --clients demo/clients.yaml
    process_await "$issuer/healthz" dev-issuer "$run" "$log"
    [[ -s $run/cursor.key ]] || (umask 077 && head -c 32 /dev/urandom | base64 >"$run/cursor.key")
    [[ -s $state/webhook.key ]] || (umask 077 && head -c 32 /dev/urandom | base64 >"$state/webhook.key")
    # Beside the database whose persons they open, and of no use without it: one a month.
    [[ -s $state/key-encryption.keys ]] || (umask 077 && echo "$(date +%Y-%m) $(head -c 32 /dev/urandom | base64)" >"$state/key-encryption.keys")
    [[ -s $state/blind-index.key ]] || (umask 077 && head -c 32 /dev/urandom | base64 >"$state/blind-index.key")
    # In production outside the database and its backups; here it goes when the database goes.
    local ledger
    ledger=$(cluster_home "$state/postgres")/ledger
    mkdir -p "$ledger"

    # Kept: receipts that it signed can be checked for as long as it is published.
    [[ -s $state/signing.pem ]] || (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$state/signing.pem")

    port=$base
    for service in directory referral reporting; do
        port=$((port + 1))
        local settings=(
            SPRO_HTTP_PORT="$port" SPRO_OPERATIONS_PORT=$((port + 1000)) SPRO_TOKEN_ISSUER="$issuer"
            SPRO_TOKEN_KEYS="$issuer/jwks.json" SPRO_DRAIN_SECONDS="${SPRO_DRAIN_SECONDS:-0}"
        )
        if [[ -s .local/swagger-ui/VERSION ]]; then settings+=(SPRO_SWAGGER_UI=.local/swagger-ui); fi
        case $service in
        directory)
            settings+=(
                SPRO_CURSOR_KEY_FILE="$run/cursor.key"
                SPRO_EXPLORER_CLIENT_ID=website SPRO_EXPLORER_CLIENT_SECRET=website-secret
            )
            ;;
        referral)
            settings+=(
                SPRO_WEBHOOK_KEY_FILE="$state/webhook.key" SPRO_WEBHOOK_NETWORKS=127.0.0.0/8
                SPRO_CURSOR_KEY_FILE="$run/cursor.key" SPRO_KEY_ENCRYPTION_KEYS_FILE="$state/key-encryption.keys"
                SPRO_BLIND_INDEX_KEY_FILE="$state/blind-index.key" SPRO_LEDGER_DIR="$ledger"
                SPRO_SIGNING_KEY_FILE="$state/signing.pem"
                SPRO_CLIENT_ID=referral-service SPRO_CLIENT_SECRET=referral-service-secret
                SPRO_DIRECTORY_URL=http://127.0.0.1:$((base + 1))
            )
            ;;
        reporting)
            settings+=(
                SPRO_CLIENT_ID=reporting-service SPRO_CLIENT_SECRET=reporting-service-secret
                SPRO_DIRECTORY_URL=http://127.0.0.1:$((base + 1)) SPRO_REFERRAL_URL=http://127.0.0.1:$((base + 2))
            )
            ;;
        esac
        process_start "$run" "$log" "$service-service" env "${settings[@]}" "$bin/$service-service" serve
    done
    port=$base
    for service in directory referral reporting; do
        port=$((port + 1))
        process_await "http://127.0.0.1:$((port + 1000))/readyz" "$service-service" "$run" "$log"
    done
    {
        echo "DIRECTORY_URL=http://127.0.0.1:$((base + 1))"
        echo "REFERRAL_URL=http://127.0.0.1:$((base + 2))"
        echo "REPORTING_URL=http://127.0.0.1:$((base + 3))"
        echo "ISSUER_URL=$issuer"
    } >"$run/env.new"
    mv "$run/env.new" "$run/env"
}

services_import() {
    local log=$1 bin=$2 subject=$3 file=$4
    "$bin/directory-service" import "$subject" "$file" >>"$log/import.log" ||
        { tail -n 20 "$log/import.log" >&2; return 1; }
}

# Fictional people, once: on a stack that has had them, it does nothing.
services_play() {
    local state=$1 base=$2 bin=$3 issuer
    issuer=http://127.0.0.1:$((base + 8))
    if [[ ! -f $state/calls.done ]]; then
        ISSUER_URL=$issuer DIRECTORY_URL=http://127.0.0.1:$((base + 1)) script/demo-calls >>"$state/log/demo-calls.log"
        touch "$state/calls.done"
    fi
    # Once for each state of the catalogue: what a region has edited since stays as it is.
    local catalogue
    catalogue=$(cat indicators/*.yaml | sha256sum)
    if [[ ! -f $state/definitions.sha256 || $(<"$state/definitions.sha256") != "$catalogue" ]]; then
        ISSUER_URL=$issuer REPORTING_URL=http://127.0.0.1:$((base + 3)) script/demo-definitions >>"$state/log/demo-definitions.log"
        echo "$catalogue" >"$state/definitions.sha256"
    fi
    [[ ! -f $state/activity.done ]] || return 0
    DIRECTORY_TOKEN=$(ISSUER_URL=$issuer script/token activity directory) \
        REFERRAL_TOKEN=$(ISSUER_URL=$issuer script/token activity referral) \
        "$bin/demo-activity" --directory "http://127.0.0.1:$((base + 1))" --referral "http://127.0.0.1:$((base + 2))"
    touch "$state/activity.done"
}

SERVICES_NAMES=(directory-service referral-service reporting-service dev-issuer)

services_watch() { processes_watch "$1/run" "$1/log" "${SERVICES_NAMES[@]}"; }

services_stop() {
    local state=$1 name
    rm -f "$state/run/env"
    for name in "${SERVICES_NAMES[@]}"; do
        process_stop "$state/run" "$name"
    done
    cluster_stop "$state/postgres"
}

# Refuses to start beside something else that listens where we would.
services_check_ports() {
    local base=$1 port
    for port in $((base + 1)) $((base + 2)) $((base + 3)) $((base + 8)) $((base + 9)) \
        $((base + 1001)) $((base + 1002)) $((base + 1003)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "port $port is taken: stop what listens there, or choose another base with PORT_BASE" >&2
            return 1
        fi
    done
}

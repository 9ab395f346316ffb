# shellcheck shell=bash
# Referrals posted to the broker, beside pgbench that repeats the same transaction on the same cluster: the statements
# and parameters that the broker was seen to send, prepared, one in each round trip. Functions only; needs services.sh,
# bench-report.sh, and of the caller: state, bin, seconds, programs (PostgreSQL's). Both have all processors.
#
#   broker_start BASE           all services with demo data, in $state/broker, from the port BASE on
#   broker_capture              what pgbench repeats: $state/referral.pgbench
#   broker_measure CLIENTS      one round of each: $state/referral-CLIENTS.rounds, $state/pgbench-CLIENTS.rounds
#
# For the broker there is more to do: HTTP, a token, the directory's word for both structures, sealing what could tell
# who the person is, and the two answers of PostgreSQL that it looks at before it goes on. pgbench has ids made for it by
# its second statement.

broker_start() {
    local base=$1
    services_start "$state/broker" "$base" "$bin"
    broker_url=http://127.0.0.1:$((base + 2))
    broker_issuer=http://127.0.0.1:$((base + 8))
    broker_cluster=(--host "$(cluster_home "$state/broker/postgres")/data" --port "$((base + 9))")
    broker_body "$(date -u +%FT%TZ)" "$(date -u -d '+30 days' +%FT%TZ)" >"$state/referral.json"
    echo /v1/referrals >"$state/referral.paths"
}

# A person with a name and a telephone, who was received, consents, and is referred to the CIO next door.
broker_body() {
    jq -n --arg now "$1" --arg until "$2" --arg sum "$(printf 'signed form' | sha256sum | cut -c1-64)" '
        ["besoin", "identite", "contact"] as $data |
        "019b76da-a800-77ef-adb4-848cc2d4fdb4" as $to |
        {sender_structure_id: "019b76da-a800-71e1-aebf-12a7ec0c6887", recipient_structure_id: $to,
         service_kind: "orientation-scolaire", theme: "formation", urgency: "normale", data_categories: $data,
         person: {mode: "identified", age_band: "18-25", identity: {given_name: "Camille", family_name: "Mesure"},
                  contact: {phone: "0612345678"}},
         demand: {theme: "formation",
                  reception: {channel: "presentiel", access: "flux", urgency: "normale", received_at: $now}},
         consent: {granted_by: "self", agent: "agent-7", method: "signed", notice: {id: "notice-1", sha256: $sum},
                   language: "fr", purposes: ["transmission", "rendez-vous", "retour"], recipients: [$to],
                   data_categories: $data, valid_until: $until, evidence: {sha256: $sum}}}'
}

broker_sql() { "$programs/psql" "${broker_cluster[@]}" --username postgres --quiet --no-psqlrc --command "$@"; }

broker_capture() {
    local log token
    log=$(cluster_home "$state/broker/postgres")/data/server.log
    token=$(ISSUER_URL=$broker_issuer script/token partner-a referral)
    broker_sql "alter system set log_statement = 'all'" --command 'select pg_reload_conf()' >/dev/null
    sleep 1
    # The first ones have plans to make; of the last two pgbench learns what differs.
    for turn in {1..12}; do
        curl --silent --fail --output /dev/null --header "Authorization: Bearer $token" \
            --header 'Content-Type: application/json' --header "Idempotency-Key: bench-$(date +%s)-$turn" \
            --data-binary "@$state/referral.json" "$broker_url/v1/referrals"
    done
    broker_sql 'alter system reset log_statement' --command 'select pg_reload_conf()' >/dev/null
    python3 script/lib/bench-statements.py "$log" 'insert into referrals (' "$state/referral.pgbench" \
        "$state/referral.variables"
}

broker_measure() {
    local clients=$1 token line variables log=$state/log/pgbench.log
    token=$(ISSUER_URL=$broker_issuer script/token partner-a referral)
    line=$(PATHS=$state/referral.paths BODY=$state/referral.json TOKEN=$token wrk --threads 1 --connections "$clients" \
        --duration "${seconds}s" --latency --script script/lib/wrk-report.lua "$broker_url" | sed -n 's/^REPORT //p')
    if [[ ${line##* } != 0 ]]; then
        echo "referrals at $clients: ${line##* } answers failed" >&2
        return 1
    fi
    echo "${line% *} -" >>"$state/referral-$clients.rounds"
    mapfile -t variables <"$state/referral.variables"
    rm -f "$state"/pgbench-log.*
    (cd "$state" && "$programs/pgbench" "${broker_cluster[@]}" --no-vacuum --username referral_runtime \
        --protocol prepared --client "$clients" --time $((seconds + 5)) --file referral.pgbench "${variables[@]}" \
        --log --log-prefix pgbench-log referral) >"$log" 2>&1 || { cat "$log" >&2; return 1; }
    pgbench_round "pgbench-$clients"
}

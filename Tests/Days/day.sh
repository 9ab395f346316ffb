# shellcheck shell=bash
# What the days have in common: calls by curl, as OpenAPI describes them, each held to the status that is expected.
# Needs of the caller: REFERRAL_URL, ISSUER_URL; jq.

fail() { echo "${0##*/}: $*" >&2; exit 1; }

# The token of a client, asked for once.
declare -A tokens
token() {
    [[ -v tokens[$1] ]] || tokens[$1]=$(script/token "$1" referral)
    printf '%s' "${tokens[$1]}"
}

# usage: call STATUS CLIENT METHOD PATH [BODY]      prints the answer's body
call() {
    local expected=$1 client=$2 method=$3 path=$4 body=${5:-} answer status arguments=()
    if [[ $method == POST ]]; then
        arguments=(--header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --header 'Content-Type: application/json'
            --data "${body:-{\}}")
    fi
    answer=$(curl --silent --show-error --max-time 20 --request "$method" --header "Authorization: Bearer $(token "$client")" \
        --header 'Accept-Language: en' "${ACCEPT[@]}" "${arguments[@]}" --write-out '\n%{http_code}' "$REFERRAL_URL$path")
    status=${answer##*$'\n'}
    [[ $status == "$expected" ]] || fail "$client $method $path: $status instead of $expected: ${answer%$'\n'*}"
    printf '%s' "${answer%$'\n'*}"
}
ACCEPT=()

# usage: expect WHAT FILTER JSON      the jq filter must be true of it
expect() {
    jq --exit-status "$2" >/dev/null <<<"$3" || fail "$1: not $2 in $3"
    echo "  $1"
}

# usage: until_true WHAT COMMAND...      tries for twenty seconds
until_true() {
    local what=$1
    shift
    for _ in {1..200}; do
        if "$@"; then
            echo "  $what"
            return
        fi
        sleep 0.1
    done
    fail "$what: not within twenty seconds"
}

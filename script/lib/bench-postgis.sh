# shellcheck shell=bash
# The directory's question asked of PostGIS, on the same rows. Functions only; needs bench-directory.sh, and PGHOST and
# PGPORT for the cluster's socket. What is compared: here SQL over that socket, with the rows' documents as they are;
# there HTTP, a token, and answers with opening hours, territories and a cursor.
#
#   postgis_fill SIZE     a table with everything that the question needs, once
#   postgis_check SIZE    whether both give the same answers
#   postgis_measure SIZE  one round: transactions a second, p50 and p99 in µs

# 20 structures for the commune number :n: first those competent for it, the nearest first, then the others within 30
# km. Each branch stops at 20, and the next begins only where those before have given less: as an index would do it.
postgis_question='
    select s.id, s.metres, s.competent, s.body from bench_places p cross join lateral (
        (select id, body, point <-> p.point as metres, true as competent from bench_structures
        where served && p.keys and status <> $$point-de-contact$$ and point is not null
            and (st_dwithin(point, p.point, 30000, false) or commune = p.commune or served_remotely && p.keys)
        order by point <-> p.point limit 20)
        union all
        (select id, body, null, true from bench_structures
        where point is null and served_remotely && p.keys and status <> $$point-de-contact$$ limit 20)
        union all
        (select id, body, point <-> p.point, false from bench_structures
        where not served && p.keys and status <> $$point-de-contact$$ and point is not null
            and (st_dwithin(point, p.point, 30000, false) or commune = p.commune)
        order by point <-> p.point limit 20)
        limit 20) s
    where p.n = :n'

# Left alone, the planner expects next to nobody to match and reads the whole table: thirty times as slow.
postgis_options='-c enable_seqscan=off -c enable_sort=off -c jit=off -c plan_cache_mode=force_generic_plan'

postgis_fill() {
    local size=$1
    [[ $(sql --dbname "directory_$size" --command "select to_regclass('bench_places')") == '' ]] || return 0
    sql --dbname "directory_$size" --single-transaction --command 'set client_min_messages = warning' --command "
        create extension postgis;
        create table bench_structures as
        select s.id, s.status, s.commune, s.document::text as body,
            st_point((s.document #>> '{location,longitude}')::float8, (s.document #>> '{location,latitude}')::float8,
                4326)::geography as point,
            coalesce(z.served, t.served, '{}') as served,
            coalesce(case when z.served is null and z.is_remote then t.served else z.remotely end, '{}')
                as served_remotely
        from structures s
        cross join lateral (
            select array_agg(distinct zone ->> 'type' || ':' || (zone ->> 'code')) filter (where zone is not null)
                    as served,
                array_agg(distinct zone ->> 'type' || ':' || (zone ->> 'code'))
                    filter (where zone is not null and how.is_remote) as remotely, bool_or(how.is_remote) as is_remote
            from jsonb_array_elements(s.document -> 'services') offer
            cross join lateral (select offer @? '\$.modalities[*] ? (@.channel != \"presentiel\")' as is_remote) how
            left join lateral jsonb_array_elements(offer -> 'zones') zone on true) z
        left join lateral (
            select array_agg('in ' || kind || ':' || code) as served from (
                select kind, code from territory_communes where commune = s.commune
                union all select 'departement', department from communes where insee_code = s.commune) t) t on true;
        create index on bench_structures using gist (point);
        create index on bench_structures using gin (served_remotely) where point is null;
        create table bench_places as
        select row_number() over (order by insee_code)::int as n, c.insee_code as commune,
            st_point(c.longitude, c.latitude, 4326)::geography as point,
            array['commune:' || insee_code, 'departement:' || department, 'region:' || region, 'pays:FR',
                'in departement:' || department]
                || array(select 'in ' || kind || ':' || code from territory_communes t where t.commune = c.insee_code)
                as keys
        from communes c;
        create unique index on bench_places (n);"
    sql --dbname "directory_$size" --command 'vacuum analyze bench_structures' --command 'vacuum analyze bench_places'
    echo "\\set n random(1, $(sql --dbname "directory_$size" --command 'select count(*) from bench_places'))
$(tr '\n' ' ' <<<"$postgis_question")" >"$state/$size.pgbench"
}

# Whether both find the same, for some communes: who is competent and who is not, and how many from afar (of those who
# are nowhere the directory shows others each day).
postgis_check() {
    local size=$1 url=$2 n commune ours theirs
    for n in 1 50 150 250 350 450 550; do
        commune=$(sql --dbname "directory_$size" --command "select commune from bench_places where n = $n")
        ours=$(curl --silent --fail --header "Authorization: Bearer $token" "$url/v1/structures?commune=$commune" |
            jq -r '.items[] | "\(.competent) " + if .distance_m == null then "remote" else .id end' | sort)
        theirs=$(sql --dbname "directory_$size" --field-separator ' ' --command "select q.competent::text,
            case when q.metres is null then 'remote' else q.id::text end from (${postgis_question//:n/$n}) q" | sort)
        if [[ $ours != "$theirs" ]]; then
            echo "PostGIS and the directory answer differently for $commune among $size" >&2
            diff <(echo "$ours") <(echo "$theirs") >&2
            return 1
        fi
    done
}

postgis_measure() {
    local size=$1
    rm -f "$state"/pgbench-log.*
    (cd "$state" && PGOPTIONS=$postgis_options taskset --cpu-list "$last" "$programs/pgbench" --no-vacuum \
        --username postgres --protocol prepared --client "$connections" --time $((seconds + 1)) --file "$size.pgbench" \
        --log --log-prefix pgbench-log "directory_$size") >"$state/log/pgbench.log" 2>&1
    pgbench_round "postgis-$size"
}

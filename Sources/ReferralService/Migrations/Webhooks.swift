import Postgres

extension ReferralMigrations {
    static let webhooks = Migration(
        number: 18, name: "webhooks",
        sql: """
            -- The client for which a transaction acts; null where nobody said.
            create function acting_client() returns text language sql stable parallel safe
                return nullif(current_setting('spro.client', true), '');

            create table webhooks (
                id uuid primary key,
                client_id text not null,
                structures uuid[] not null check (cardinality(structures) between 1 and 50),
                url text not null,
                description text,
                state text not null default 'enabled' check (state in ('enabled', 'disabled')),
                -- Why it is disabled: its client said so, it answered 410, or nothing reached it for days.
                reason text check (reason in ('client', 'gone', 'failing')),
                -- Of the secret, which is derived; the one before holds beside it until then.
                generation bigint not null default 1 check (generation > 0),
                previous_until timestamptz,
                created_at timestamptz not null default now(),
                constraint disabled_with_reason check ((state = 'disabled') = (reason is not null))
            );
            create index webhooks_by_client on webhooks (client_id, id);
            create index webhooks_by_structure on webhooks using gin (structures);
            -- What is told, once to each webhook; the payload is made of it and holds no more.
            create table webhook_deliveries (
                id uuid primary key,
                webhook_id uuid not null references webhooks on delete cascade,
                client_id text not null,
                type text not null,
                referral_id uuid,
                sequence bigint,
                structure_id uuid,
                role text check (role in ('sender', 'recipient')),
                happened_at timestamptz not null,
                state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
                attempts bigint not null default 0,
                next_attempt_at timestamptz not null default now(),
                last_attempt_at timestamptz,
                last_status bigint,
                last_failure text,
                created_at timestamptz not null default now(),
                -- Nulls are all different: a webhook may be tested again.
                constraint told_once unique (webhook_id, referral_id, sequence, role)
            );
            create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_attempt_at)
                where state = 'pending';
            create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id);
            create index webhook_deliveries_by_age on webhook_deliveries (created_at);
            -- Up to which event webhooks have been told: nothing that happened before there were any.
            create table webhook_position (
                one_row boolean primary key default true check (one_row),
                epoch bigint not null,
                xid xid8 not null,
                id bigint not null
            );
            insert into webhook_position (epoch, xid, id)
                select epoch, xid, id from event_outbox order by epoch desc, xid desc, id desc limit 1;
            insert into webhook_position (epoch, xid, id) values (0, '0', 0) on conflict do nothing;

            alter table webhooks enable row level security, force row level security;
            alter table webhook_deliveries enable row level security, force row level security;
            create policy own on webhooks to referral_runtime using (client_id = (select acting_client()));
            create policy own on webhook_deliveries to referral_runtime using (client_id = (select acting_client()));
            create policy worker on webhooks to referral_worker using (true);
            create policy worker on webhook_deliveries to referral_worker using (true);
            revoke all on webhook_position from referral_runtime;
            revoke update on webhooks, webhook_deliveries from referral_runtime, referral_worker;
            grant update (state, reason, generation, previous_until) on webhooks to referral_runtime;
            grant update (state, reason) on webhooks to referral_worker;
            grant update (state, attempts, next_attempt_at, last_attempt_at, last_status, last_failure)
                on webhook_deliveries to referral_runtime, referral_worker;
            revoke insert, delete on webhooks from referral_worker;
            revoke delete on webhook_deliveries from referral_runtime;
            """)
}

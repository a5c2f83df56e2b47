-- A key owns the tasks of its first request until it expires.
create table idempotency_key (
    account     text not null,
    key         text not null,
    body_hash   text not null,
    request_id  uuid not null,
    accepted_at timestamptz not null,
    expires_at  timestamptz not null,
    task_ids    bigint[] not null,
    primary key (account, key)
);

create index idempotency_key_expiry on idempotency_key (expires_at);

-- Made once per task by whoever comes first. A refund is a mark, so that a revived task is charged again.
create table charge (
    task_id  bigint primary key,
    account  text not null,
    quota    text not null,
    day      date not null,
    objects  int not null,
    refunded boolean not null default false
);

-- The sum of an account's charges of a day.
create table quota_use (
    account text not null,
    quota   text not null,
    day     date not null,
    used    bigint not null,
    primary key (account, quota, day)
) with (fillfactor = 50);

create index quota_use_day on quota_use (day);

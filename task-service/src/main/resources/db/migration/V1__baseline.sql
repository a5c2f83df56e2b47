-- A task: a refresh or a push of one domain's objects. Its row is first written by the admission, the command or an
-- event, whichever comes first. A row that only events have written has no kind and is not shown to clients.
create table task (
    id              bigint primary key, -- see TaskId: the time of creation is part of it
    account         text not null,
    kind            text,
    selector        text,
    domain          text,
    object_count    int,
    request_id      uuid,               -- a task of another request is another task, even if their ids collide
    admitted_at     timestamptz,        -- last admission; null if the gateway published the command without asking
    withdrawn_at    timestamptz,        -- when the admission was withdrawn because its command never came
    command_read    boolean not null default false,
    appended_at     timestamptz,        -- when the command was first appended to its topic: the task timeout starts
    overdue_reported_at timestamptz,    -- when the task's timeout was last published
    reported        boolean not null default false, -- an event has been read
    last_event_at   timestamptz,
    failure         text,               -- why the task failed as a whole
    -- Sums over the task's objects, changed only by the statements that change objects (see TaskCounters).
    reported_count  int not null default 0, -- objects whose nodes an event has named
    complete_count  int not null default 0,
    failed_count    int not null default 0,
    settled_count   int not null default 0,
    delivered       bigint not null default 0, -- pairs of object and node that are done
    pairs           bigint not null default 0, -- pairs of object and node that events have named
    max_nodes       int not null default 0,
    absent_count    int not null default 0, -- complete objects that no node had
    purged_count    int not null default 0, -- objects that some node had
    verified_count  int not null default 0, -- objects that some node was looked at for
    lagging_nodes   text[] not null default '{}',
    node_ids        text[] not null default '{}', -- nodes that have answered; see the bits of task_object
    applied_at      timestamptz,
    settled_at      timestamptz,
    failed_at       timestamptz,
    -- The rule of io.freshet.contracts.task.TaskProgress.status. Commands and events are read by different consumers,
    -- so an event may be read before its command: the task is then running, but cannot be complete yet.
    status          text not null generated always as (
        case
            when withdrawn_at is not null then 'FAILED'
            when command_read and complete_count = object_count then 'COMPLETE'
            when failure is not null then 'FAILED'
            when command_read and complete_count + failed_count = object_count then 'FAILED'
            when reported then 'RUNNING'
            else 'PENDING'
        end) stored,
    -- A push may follow a refresh: its command is published when the refresh has settled.
    follows         bigint,             -- the refresh
    waits_since     timestamptz,        -- when the refresh was appended to its topic; null until that has been read
    expired         boolean not null default false, -- the failure is that of waiting: void once the command is read
    options         json                -- see TaskOptions; null until the command is read
) with (fillfactor = 80);

-- One index for each filter of the listing; all newest first.
create index task_of_account on task (account, id);
create index task_by_status on task (account, status, id);
create index task_by_domain on task (account, domain, id);
create index task_by_kind on task (account, kind, id);
create index task_by_selector on task (account, selector, id);
create unique index task_following on task (follows) where follows is not null;
-- For the periodic checks; these indexes are nearly empty.
create index task_unfinished on task (appended_at) where command_read and status in ('PENDING', 'RUNNING');
create index task_command_unread on task (admitted_at)
    where not command_read and withdrawn_at is null and waits_since is null;
create index task_waiting on task (waits_since) where not command_read and failure is null and waits_since is not null;

-- The nodes that an object is still missing after two reports: a node that has been reached stays reached. Null means
-- that a report did not know the nodes.
create function still_missing(a text[], b text[]) returns text[] immutable parallel safe language sql
return case
    when a is null then b
    when b is null then a
    when a = b then a
    else array (select unnest(a) intersect select unnest(b) order by 1)
end;

-- The bits that are set in one of two strings, whose lengths may differ: a task gets to know more nodes. Null is empty.
create function either(a bit varying, b bit varying) returns bit varying immutable parallel safe language sql
return case
    when a is null then b
    when b is null or a = b then a
    else (a || repeat('0', length(b) - length(a))::bit varying) | (b || repeat('0', length(a) - length(b))::bit varying)
end;

-- The objects of a task. The bits say what each node has answered; bit n, from the left and from 0, is that of the
-- node task.node_ids[n + 1]. A purge may be repeated, so the same node may have answered both purged and absent.
create table task_object (
    task_id      bigint not null,
    index        int not null,
    object       text,                  -- null while only events are known
    reported     boolean not null default false, -- an event has named it
    missing      text[],                -- nodes that have not received it; null while no event has named the nodes
    nodes        int not null default 0,
    failed       boolean not null default false,
    settled      boolean not null default false,
    description  text,
    described_at timestamptz,
    bytes        bigint not null default 0,
    purged       bit varying,           -- nodes that had it; null if none
    absent       bit varying,           -- nodes that did not have it
    banned       bit varying,           -- nodes that do not tell whether they had it
    refused      bit varying,           -- nodes that have refused it; void once they are not missing any more
    verified     bit varying,           -- nodes of which a look has found no old copy
    in_no_cache  boolean generated always as (
        coalesce(missing = '{}' and purged is null and bit_count(absent) = nodes, false)) virtual,
    -- Not indexed, so that recording an event writes to no index.
    status       text generated always as (
        case
            when missing = '{}' then 'COMPLETE'
            when failed then 'FAILED'
            when reported then 'RUNNING'
            else 'PENDING'
        end) virtual,
    segment      int not null default 0, -- see index_segment
    primary key (task_id, index)
) partition by range (task_id);

-- Objects are found by the hashes of their names. Without the leading segment, every insert would go to a random page
-- of the index, and an index larger than memory would cost one page read and one page write for each object.
create index task_object_by_object on task_object (segment, hashtextextended(object, 0), task_id);

-- For ids without a partition of their own: replays of old commands, clocks that run ahead.
create table task_object_default partition of task_object default;

-- The range of tasks whose objects are in a segment of the index. A search by name queries each segment once, and only
-- the partitions of these tasks.
create table index_segment (
    segment    int primary key generated by default as identity,
    first_task bigint not null,
    last_task  bigint not null
) with (fillfactor = 50);               -- the range grows with every batch, in place

-- Segment 0 belongs to all tasks: it holds the objects that have no name yet.
insert into index_segment values (0, -9223372036854775808, 9223372036854775807);

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

-- What a task takes of a quota; written once per task. A refund is a mark, so that a revived task is charged again.
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

-- Admitted requests of an account in a minute. Not logged: after a crash of the database the count starts again at 0.
create unlogged table request_rate (
    account      text not null,
    minute       timestamptz not null,
    requests     int not null,
    max_requests int not null,
    primary key (account, minute),
    -- A statement that exceeds the limit is rolled back as a whole.
    constraint request_rate_limit check (requests <= max_requests)
) with (fillfactor = 50);

-- Nonces of signed requests, so that none is accepted twice, by whichever gateway. Not logged: after a crash of the
-- database they are forgotten, but each gateway still knows its own.
create unlogged table used_nonce (
    nonce      uuid primary key,        -- a hash of the access key's id and the nonce
    expires_at timestamptz not null
);

create index used_nonce_expiry on used_nonce (expires_at);

-- Nodes that an operator holds in maintenance or has held. Their task timeouts start again when they are released.
create table held_node (
    node        text primary key,
    since       timestamptz not null,
    held_by     text not null,          -- the account of the newest node action
    reason      text,                   -- null if only a release is known
    released_at timestamptz             -- null while the node is held
);

-- Numbers of the gateways, which are a part of the task ids that they draw. See GatewayNumbers.
create table gateway_number (
    number     int primary key,
    holder     uuid,                    -- the gateway process that leased it last; null if none has
    renewed_at timestamptz not null
) with (fillfactor = 50);

insert into gateway_number select number, null, '-infinity' from generate_series(0, 1023) as number;

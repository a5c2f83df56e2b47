-- What was asked for. A row is first written by whoever comes first: the admission, the command, or an event that overtook both;
-- the last leaves kind null, and then nobody sees the task yet.
create table task (
    id              bigint primary key, -- a TSID, which is also when it was made
    account         text not null,
    kind            text,
    selector        text,
    domain          text,
    object_count    int,
    admitted_at     timestamptz,        -- the last time the gateway asked; null when it published without asking
    withdrawn_at    timestamptz,
    in_log          boolean not null default false, -- its command has been read
    appended_at     timestamptz,        -- when its command was first appended to the log: the deadline counts from here
    overdue_reported_at timestamptz,        -- when the deadline was last published
    told            boolean not null default false, -- an event has been read
    last_event_at   timestamptz,
    failure         text,               -- why it failed as a whole
    -- Sums over its objects. They move with the statement that changes an object, and with nothing else.
    reported_count  int not null default 0,
    complete_count  int not null default 0,
    failed_count    int not null default 0,
    settled_count   int not null default 0,
    delivered       bigint not null default 0,
    pairs           bigint not null default 0,
    max_nodes       int not null default 0,
    lagging_nodes      text[] not null default '{}',
    applied_at      timestamptz,
    settled_at      timestamptz,
    failed_at       timestamptz,
    status          text not null generated always as (
        case
            when withdrawn_at is not null then 'FAILED'
            when in_log and complete_count = object_count then 'COMPLETE'
            when failure is not null then 'FAILED'
            when in_log and complete_count + failed_count = object_count then 'FAILED'
            when in_log and told then 'RUNNING'
            else 'PENDING'
        end) stored
) with (fillfactor = 80);

-- One for each filter of the listing; all newest first.
create index task_of_account on task (account, id);
create index task_by_status on task (account, status, id);
create index task_by_domain on task (account, domain, id);
create index task_by_kind on task (account, kind, id);
create index task_by_selector on task (account, selector, id);
-- For the sweepers: nearly empty.
create index task_unfinished on task (appended_at) where in_log and status in ('PENDING', 'RUNNING');
create index task_not_in_log on task (admitted_at) where not in_log and withdrawn_at is null;

-- What nodes still owe after hearing of it twice: whoever has been reached stays reached. Null says nothing.
create function still_missing(a text[], b text[]) returns text[] immutable parallel safe language sql
return case
    when a is null then b
    when b is null then a
    when a = b then a
    else array (select unnest(a) intersect select unnest(b) order by 1)
end;

-- The entries of a task. object is null while only events are known.
create table task_object (
    task_id      bigint not null,
    index        int not null,
    object       text,
    told         boolean not null default false,
    missing      text[],                -- the nodes that still owe it; null while no event has named any
    nodes        int not null default 0,
    failed       boolean not null default false,
    settled      boolean not null default false,
    description  text,
    described_at timestamptz,
    bytes        bigint not null default 0,
    -- Not indexed, so that telling of an object touches no index.
    status       text generated always as (
        case
            when missing = '{}' then 'COMPLETE'
            when failed then 'FAILED'
            when told then 'RUNNING'
            else 'PENDING'
        end) virtual,
    primary key (task_id, index)
) partition by range (task_id);

create index task_object_by_object on task_object (hashtextextended(object, 0), task_id);

-- For ids that no partition was made for: replays of an old log, clocks that run ahead.
create table task_object_default partition of task_object default;

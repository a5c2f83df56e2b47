-- A push may follow a refresh: its command is published when that has settled, and until then it waits.
alter table task
    add column follows     bigint,      -- the refresh
    add column waits_since timestamptz, -- when the refresh was first appended to the log; null until that has been read
    add column expired     boolean not null default false; -- its failure is that of the waiting: void when its command is read

create unique index task_following on task (follows) where follows is not null;

-- What waits is not withdrawn: it is not in the log because it is not its turn.
drop index task_not_in_log;
create index task_not_in_log on task (admitted_at) where not in_log and withdrawn_at is null and waits_since is null;
create index task_waiting on task (waits_since) where not in_log and failure is null and waits_since is not null;

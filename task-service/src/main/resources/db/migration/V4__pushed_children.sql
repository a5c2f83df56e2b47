-- Children of manifests are tasks of their own, which clients see as a part of the task that found them, the root. See
-- docs/adr/0051.
alter table task
    add column root_id bigint,
    add column child_offset int,         -- index of its first object among the children of its root
    -- Sums over the children of a root.
    add column child_count int not null default 0,
    add column child_complete int not null default 0,
    add column child_failed int not null default 0,
    add column child_reported int not null default 0,
    add column child_delivered bigint not null default 0,
    add column child_pairs bigint not null default 0;

create index task_of_root on task (root_id, child_offset) where root_id is not null;

-- The rule of io.freshet.contracts.task.TaskProgress.status, see V1.
alter table task alter column status set expression as (
    case
        when withdrawn_at is not null and cancelled_at is null then 'FAILED'
        when command_read and complete_count + child_complete = object_count + child_count then 'COMPLETE'
        when failure is not null then 'FAILED'
        when command_read and complete_count + failed_count + child_complete + child_failed
            = object_count + child_count then 'FAILED'
        when cancelled_at is not null then 'CANCELLED'
        when reported then 'RUNNING'
        else 'PENDING'
    end);

-- The upper half of the numbers belongs to the ids of children. See io.freshet.contracts.message.ChildTaskId.
delete from gateway_number where number >= 512;

-- Commands of pushes that wait for their start. See docs/adr/0053. A task's waits_since says that it waits: for its
-- start, or for the refresh that it follows.
create table scheduled_push (
    task_id  bigint primary key,
    start_at timestamptz not null,
    command  text not null              -- as workers execute it
);

create index scheduled_push_due on scheduled_push (start_at);

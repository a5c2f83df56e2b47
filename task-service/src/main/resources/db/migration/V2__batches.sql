-- Batches: lists of objects that are uploaded as a file and split into tasks. See docs/adr/0055.
create table batch (
    id              bigint primary key, -- see BatchId: the time of creation is part of it
    account         text not null,
    kind            text not null,
    selector        text not null,
    on_error        text not null,
    request_id      uuid not null,      -- of all its tasks
    idempotency_key text,
    upload          text not null,
    reason          text,               -- why the upload was not accepted as a whole
    chunks          int not null default 0, -- number of chunks; final once all lines have been received
    lines           int not null default 0,
    bad_lines       int not null default 0,
    duplicates      int not null default 0,
    reported_at     timestamptz not null, -- when a gateway last reported the upload
    received_at     timestamptz         -- when the upload ended
) with (fillfactor = 50);

create index batch_of_account on batch (account, id);
create unique index batch_of_request on batch (account, request_id);
create index batch_receiving on batch (reported_at) where upload = 'RECEIVING';

-- The chunks that have been recorded, so that a repeated one has no effect.
create table batch_chunk (
    batch_id bigint not null references batch on delete cascade,
    index    int not null,
    hash     text not null,
    primary key (batch_id, index)
);

-- The first lines that were not accepted.
create table bad_line (
    batch_id bigint not null references batch on delete cascade,
    line     int not null,
    error    text not null,
    text     text not null,
    primary key (batch_id, line)
);

-- Commands of batches until Kafka has them. Those of a batch that is accepted only as a whole wait for its last line.
create table batch_command (
    task_id      bigint primary key,
    batch_id     bigint not null,
    domain       text not null,
    object_count int not null,
    type         text not null,         -- see MessageFormat
    command      text not null,
    released     boolean not null       -- it may be published
);

create index batch_command_released on batch_command (task_id) where released;
create index batch_command_of_batch on batch_command (batch_id);

alter table task add column batch_id bigint;
create index task_of_batch on task (batch_id) where batch_id is not null;

-- Cancellations of tasks of cancelled batches, until Kafka has them. See docs/adr/0055.
create table batch_cancellation (
    task_id      bigint primary key,
    account      text not null,
    cancelled_at timestamptz not null
);

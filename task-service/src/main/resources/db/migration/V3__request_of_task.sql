-- The request that a task is a part of: a task of another request is another task, even if their ids collide.
alter table task add column request_id uuid; -- null if only events are known, or the gateway did not send it

-- Numbers of the gateways, which are a part of the task ids that they draw. See GatewayNumbers.
create table gateway_number (
    number     int primary key,
    holder     uuid,                    -- the gateway process that leased it last; null if none has
    renewed_at timestamptz not null
) with (fillfactor = 50);

insert into gateway_number select number, null, '-infinity' from generate_series(0, 1023) as number;

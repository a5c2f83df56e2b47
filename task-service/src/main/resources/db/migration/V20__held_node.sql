-- Nodes that an operator holds in maintenance, or did: their deadlines do not count until they are released, and then from that moment.
create table held_node (
    node        text primary key,
    since       timestamptz not null,
    ordered_by  text not null,          -- the account of the newest order
    reason      text,                   -- null if all that is known is a release
    released_at timestamptz             -- null while it is held
);

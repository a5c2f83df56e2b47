-- How many requests of an account were admitted in a minute. Not logged: after a crash of the database the minute begins anew.
create unlogged table request_rate (
    account  text not null,
    minute   timestamptz not null,
    requests int not null,
    most     int not null,              -- how many it may have
    primary key (account, minute),
    -- Whoever adds more than there is room for takes back all it has done.
    constraint request_rate_room check (requests <= most)
) with (fillfactor = 50);

-- Nonces of signed requests, so that none is taken twice whichever gateway it reaches. Not logged: after a crash of the database they are
-- forgotten, and each gateway still knows its own.
create unlogged table used_nonce (
    nonce      uuid primary key,        -- a hash of the access key's id and the nonce
    expires_at timestamptz not null
);

create index used_nonce_expiry on used_nonce (expires_at);

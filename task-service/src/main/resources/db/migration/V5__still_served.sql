-- A look after the second purge may find an old copy: the object, complete until then, has failed. See docs/adr/0058.
alter table task_object add column still_served bit varying; -- nodes that a look has found it on; void once it is settled
-- What these looks found; of several descriptions the greatest, so that the order of reading does not matter.
alter table task_object add column still_served_because text;

alter table task_object alter column in_no_cache set expression as (
    coalesce(missing = '{}' and (still_served is null or settled) and purged is null and bit_count(absent) = nodes,
        false));

alter table task_object alter column status set expression as (
    case
        when missing = '{}' and (still_served is null or settled) then 'COMPLETE'
        when failed then 'FAILED'
        when reported then 'RUNNING'
        else 'PENDING'
    end);

-- The nodes of an object that are not done: missing ones, and those that still served it.
create function lagging_nodes(missing text[], still_served bit varying, settled boolean, node_ids text[])
returns text[] immutable parallel safe language sql
return case
    when still_served is null or settled then missing
    else array (
        select unnest(missing)
        union
        select node_ids[n + 1] from generate_series(0, length(still_served) - 1) n where get_bit(still_served, n) = 1
        order by 1)
end;

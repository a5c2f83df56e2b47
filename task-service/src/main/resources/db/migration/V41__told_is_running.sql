-- Workers tell of what is in the log. Commands and events are read apart, so an event may be recorded a moment before its command: the task is
-- under way then, and not pending at 66 percent. It cannot be complete before the command is known. Otherwise as in V1.
alter table task alter column status set expression as (
    case
        when withdrawn_at is not null then 'FAILED'
        when in_log and complete_count = object_count then 'COMPLETE'
        when failure is not null then 'FAILED'
        when in_log and complete_count + failed_count = object_count then 'FAILED'
        when told then 'RUNNING'
        else 'PENDING'
    end);

-- How a task was asked for, beside its objects, as JSON: see TaskOptions. Null until its command is read, and for tasks that are older than this.
alter table task add column options json;

package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;

/** One task of a request: its objects of one domain. */
public record TaskToAdmit(TaskId taskId, String domain, int objectCount) {}

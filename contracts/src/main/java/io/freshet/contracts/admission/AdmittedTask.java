package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;

/**
 * @param inLog whether its command has been read from the log already: then it must not be published again
 */
public record AdmittedTask(TaskId taskId, String domain, int objectCount, boolean inLog) {}

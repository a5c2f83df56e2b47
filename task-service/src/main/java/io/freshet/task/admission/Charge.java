package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import java.time.Instant;

/**
 * What a task takes of a quota.
 *
 * @param at decides the day it is charged to
 */
public record Charge(TaskId taskId, String account, QuotaKind quota, int objects, Instant at) {}

package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import java.time.Instant;

/**
 * Objects of a task that count towards a quota.
 *
 * @param at decides the day it is charged to
 */
public record Charge(TaskId taskId, String account, QuotaKind quota, int objects, Instant at) {}

package io.freshet.task.admission;

/**
 * A charge that must not exceed the account's quota.
 *
 * @param limit the quota, in objects a day
 */
record LimitedCharge(Charge charge, int limit) {}

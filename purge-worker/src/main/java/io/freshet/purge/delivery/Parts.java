package io.freshet.purge.delivery;

/** What all partitions share. */
record Parts(Tiers tiers, Courier courier, ProgressReports reports, FollowUps followUps, Pace pace) {}

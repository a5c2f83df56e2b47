package io.freshet.purge.delivery;

/** What all partitions share. */
record Parts(TierTopology tiers, RefreshDispatcher courier, ProgressPublisher reports, FollowUpPublisher followUps, RateLimiter pace) {}

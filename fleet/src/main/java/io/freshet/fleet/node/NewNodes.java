package io.freshet.fleet.node;

/** Assumption about a tier's node that no worker has seen before. */
public enum NewNodes {
    /** Its cache is empty: it needs nothing that was purged before. */
    EMPTY,
    /** Its cache may hold anything: it is flushed first. */
    FLUSH
}

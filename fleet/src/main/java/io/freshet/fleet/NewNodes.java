package io.freshet.fleet;

/** What is believed of a node of a tier that no worker has seen before. */
public enum NewNodes {
    /** Its cache is empty: it needs nothing that was purged before. */
    EMPTY,
    /** Its cache may hold anything: it is flushed first. */
    FLUSH
}

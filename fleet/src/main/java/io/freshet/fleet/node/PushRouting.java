package io.freshet.fleet.node;

/** Which nodes of a tier a push warms: as the fleet's own routing spreads URLs over them. */
public enum PushRouting {
    /** Every node may be asked for every URL. */
    ALL,
    /** Each URL has one node, chosen by rendezvous hashing of the URL over the node ids. */
    HASH
}

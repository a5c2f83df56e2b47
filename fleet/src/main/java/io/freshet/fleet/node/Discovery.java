package io.freshet.fleet.node;

import java.time.Duration;

/**
 * Discovery of a tier's nodes by the records of a DNS name.
 *
 * @param dns fully qualified name
 * @param type of its records
 * @param port of the nodes, with {@link RecordType#ADDRESS}; SRV records have their own
 * @param driver of the nodes
 * @param region of the nodes; empty for none
 * @param interval between two queries
 * @param retireAfter time after which a node retires that DNS no longer names
 * @param server {@code host:port} of the DNS server; empty for those of the system
 */
public record Discovery(
        String dns,
        RecordType type,
        int port,
        Driver driver,
        String region,
        Duration interval,
        Duration retireAfter,
        String server) {

    /** Records that name nodes. */
    public enum RecordType {
        /** A and AAAA. */
        ADDRESS,
        SRV
    }
}

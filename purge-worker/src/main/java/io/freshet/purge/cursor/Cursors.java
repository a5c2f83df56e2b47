package io.freshet.purge.cursor;

import io.freshet.contracts.message.NodeCursor;

/**
 * Both cursors of a node on one partition.
 *
 * @param applied the node has received every purge below its offset
 * @param settled offset below which the node has received every second purge
 */
public record Cursors(Cursor applied, long settled) {

    /** Returns whether the two differ in nothing but the time at which they were taken. */
    public boolean equalsIgnoringTime(Cursors other) {
        return settled == other.settled && applied.equalsIgnoringTime(other.applied);
    }

    static Cursors of(NodeCursor message) {
        return new Cursors(
                new Cursor(
                        message.applied(),
                        message.state(),
                        message.topicId(),
                        message.since(),
                        message.at(),
                        message.restartToken(),
                        message.lastAction()),
                message.settled());
    }

    NodeCursor toMessage(int partition, String node) {
        return new NodeCursor(
                partition,
                node,
                applied.offset(),
                settled,
                applied.state(),
                applied.topicId(),
                applied.since(),
                applied.at(),
                applied.restartToken(),
                applied.lastAction());
    }
}

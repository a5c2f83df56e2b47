package io.freshet.purge.cursor;

import io.freshet.contracts.message.NodeCursor;

/**
 * Both cursors of a node on one partition.
 *
 * @param applied the node has received every purge below its offset
 * @param settled offset below which the node has received every second purge
 * @param retired whether the node has left the fleet, and nothing waits for it any more
 */
public record Cursors(Cursor applied, long settled, boolean retired) {

    /** Cursors of a node of the fleet. */
    public Cursors(Cursor applied, long settled) {
        this(applied, settled, false);
    }

    /** Returns the cursors of the same node after it has left the fleet. */
    public Cursors retire() {
        return new Cursors(applied, settled, true);
    }

    /** Returns whether the two differ in nothing but the time at which they were taken. */
    public boolean equalsIgnoringTime(Cursors other) {
        return settled == other.settled && retired == other.retired && applied.equalsIgnoringTime(other.applied);
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
                message.settled(),
                message.retired());
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
                applied.lastAction(),
                retired);
    }
}

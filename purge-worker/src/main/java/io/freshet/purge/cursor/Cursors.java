package io.freshet.purge.cursor;

/**
 * Both cursors of a node on one partition.
 *
 * @param applied the node has received every purge below it
 * @param settled the node has received every second purge below it
 */
public record Cursors(Cursor applied, Cursor settled) {

    /** Returns whether the two differ in nothing but the times at which they were taken. */
    public boolean equalsIgnoringTime(Cursors other) {
        return applied.equalsIgnoringTime(other.applied) && settled.equalsIgnoringTime(other.settled);
    }
}

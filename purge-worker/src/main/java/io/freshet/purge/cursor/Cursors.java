package io.freshet.purge.cursor;

/**
 * Both cursors of a node on a partition.
 *
 * @param applied up to where the node has been sent everything
 * @param settled up to where it has been sent everything a second time, where that is needed
 */
public record Cursors(Cursor applied, Cursor settled) {

    public boolean saysTheSameAs(Cursors other) {
        return applied.saysTheSameAs(other.applied) && settled.saysTheSameAs(other.settled);
    }
}

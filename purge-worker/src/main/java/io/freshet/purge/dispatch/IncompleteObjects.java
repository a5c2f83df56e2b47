package io.freshet.purge.dispatch;

import java.util.BitSet;
import java.util.stream.IntStream;

/** Objects of one refresh that a healthy node has not completed. Thread-safe. */
public final class IncompleteObjects {

    private final BitSet objects = new BitSet();
    private boolean refused;
    private String reason = "";

    synchronized void add(int object, String why, boolean isRefused) {
        objects.set(object);
        refused |= isRefused;
        if (reason.isEmpty() || isRefused) {
            reason = why;
        }
    }

    /** Returns the numbers of the objects in the refresh. */
    public synchronized IntStream objects() {
        return ((BitSet) objects.clone()).stream();
    }

    /** Returns whether the node has refused some of them, so that they have failed for now. */
    public synchronized boolean isRefused() {
        return refused;
    }

    /** Returns the reason; it continues a sentence that begins with the node's id. */
    public synchronized String reason() {
        return reason;
    }
}

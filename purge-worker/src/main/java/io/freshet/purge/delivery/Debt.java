package io.freshet.purge.delivery;

import java.util.BitSet;

/**
 * Objects of a refresh that a node owes.
 *
 * @param refusals how often the node has refused them although it was usable
 */
record Debt(Refresh refresh, BitSet objects, int refusals) {

    Debt(Refresh refresh, BitSet objects) {
        this(refresh, objects, 0);
    }

    int size() {
        return objects.cardinality();
    }
}

package io.freshet.fleet.watch;

import io.freshet.fleet.node.Fleet;

/** Current value of the fleet. */
public final class CurrentFleet extends CurrentValue<Fleet> {

    public CurrentFleet(Fleet initial) {
        super(initial);
    }
}

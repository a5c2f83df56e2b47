package io.freshet.fleet.watch;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.definition.DefinedFleet;
import io.freshet.fleet.node.Fleet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Current value of the fleet: that of the configuration, and the nodes that were defined beside it. */
public final class CurrentFleet extends CurrentValue<Fleet> {

    private volatile Fleet configured;
    private Collection<NodeDefinition> definitions = List.of();

    public CurrentFleet(Fleet initial) {
        super(initial);
        this.configured = initial;
    }

    /** Returns the fleet of the configuration alone. */
    public Fleet configured() {
        return configured;
    }

    /** Replaces the fleet of the configuration; the defined nodes stay. */
    @Override
    public synchronized void replace(Fleet next) {
        configured = next;
        compose();
    }

    /** Replaces the defined nodes. Returns, by id, what is wrong with the definitions that are not used. */
    public synchronized Map<String, List<String>> replaceDefined(Collection<NodeDefinition> next) {
        definitions = List.copyOf(next);
        return compose();
    }

    private Map<String, List<String>> compose() {
        DefinedFleet composed = DefinedFleet.of(configured, definitions);
        super.replace(composed.fleet());
        return composed.faults();
    }
}

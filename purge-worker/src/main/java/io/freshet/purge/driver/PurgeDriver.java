package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import org.jspecify.annotations.Nullable;

/** Speaks to one node in the way of its kind. Drivers have no state. */
public sealed interface PurgeDriver permits VarnishDriver, HttpDriver {

    static PurgeDriver of(Node node) {
        return switch (node.driver()) {
            case Driver.Varnish varnish -> new VarnishDriver(varnish, node);
            case Driver.Http http -> new HttpDriver(http, node);
        };
    }

    /** Whether the server can purge by this selector at all. */
    boolean supports(Selector selector);

    /** The request that purges; only for selectors that are supported. */
    PurgeRequest request(Purge purge);

    /** A request that changes nothing and shows whether the node is there and would obey. */
    PurgeRequest probe();

    /** The header of an answer in which the server says who it is; empty if it does not. */
    String marker();

    /** What the answer to a purge or a probe means. */
    PurgeOutcome outcome(PurgeAnswer answer);

    /**
     * Whether a purge by this selector can be undone by a fetch that was going on, so that a second one must follow. See
     * docs/caches.md: only Varnish's safe form of a URL purge waits for the fetch.
     */
    boolean needsRebound(Selector selector);

    /** The request that drops everything the server has; null if only a person can do that. */
    @Nullable
    PurgeRequest flush();

    /** How to see that the server was started again and may have brought back what was purged; null if it never does. */
    Driver.@Nullable RestartToken restartToken();
}

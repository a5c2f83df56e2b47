package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Purge protocol of one kind of cache server, set up for one node. Drivers are stateless. */
public sealed interface PurgeDriver permits VarnishDriver, HttpDriver, TrafficServerDriver, SquidDriver, WiderDriver {

    static PurgeDriver of(Node node) {
        return of(node.driver(), node);
    }

    private static PurgeDriver of(Driver driver, Node node) {
        return switch (driver) {
            case Driver.Varnish varnish -> new VarnishDriver(varnish, node);
            case Driver.Http http -> new HttpDriver(http, node);
            case Driver.TrafficServer trafficServer -> new TrafficServerDriver(trafficServer, node);
            case Driver.Squid squid -> new SquidDriver(squid, node);
            case Driver.Wider wider -> new WiderDriver(of(wider.driver(), node), wider);
        };
    }

    /** Returns whether a refresh by this selector is possible. */
    boolean supports(Selector selector);

    /** Returns the selector by which the node is purged in a refresh by this one: the same, or a wider one. */
    default Selector purgedBy(Selector selector) {
        return selector;
    }

    /** Returns whether a test object can show that purges by this selector have an effect. */
    default boolean canBeTested(Selector selector) {
        return supports(selector);
    }

    /**
     * Refuses a selector whose requests a node of this configuration would take for others.
     *
     * @param configuration by the node's last probe, see {@link CacheInspector#configuration}; null if it is not known
     * @throws IllegalArgumentException with the reason and the way out
     */
    default void requireKnown(Selector selector, @Nullable String configuration) {}

    /** Returns the request for a purge, whose selector must be supported and known; the first if it takes several. */
    PurgeRequest request(Purge purge);

    /** Returns the number of requests that a purge takes, each sent after the answer to the one before; at least 1. */
    default int variants() {
        return 1;
    }

    /**
     * Returns one of the requests of a purge, which drops one variant of the object.
     *
     * @param variant from 0 to {@link #variants} - 1, in the order of sending
     */
    default PurgeRequest request(Purge purge, int variant) {
        return request(purge);
    }

    /** Returns a request that changes nothing and shows whether the node is there and accepts purges. */
    PurgeRequest probe();

    /** Returns the names of the response headers that {@link PurgeAnswer#headers} must hold. */
    List<String> headers();

    /** Returns the meaning of a response to a probe or a flush, or whether a purge was accepted. */
    PurgeOutcome outcome(PurgeAnswer answer);

    /** Returns the meaning of a response to a purge. Only that of a single URL may say whether the node had it. */
    default PurgeOutcome outcome(Purge purge, PurgeAnswer answer) {
        PurgeOutcome outcome = outcome(answer);
        boolean isBan = purge.selector() != Selector.URL && outcome == PurgeOutcome.Gone.PURGED;
        return isBan ? PurgeOutcome.Gone.BANNED : outcome;
    }

    /**
     * Returns whether a fetch in progress can undo a purge by this selector, so that a second one must follow. See
     * docs/caches.md: only Varnish's safe form of a URL purge waits for the fetch.
     */
    boolean needsRebound(Selector selector);

    /**
     * Returns whether a soft purge by this selector marks copies as stale; else it deletes them, as those of
     * sub-domains.
     *
     * @param configuration by the node's last probe, see {@link CacheInspector#configuration}; null if it is not known
     */
    boolean marksStale(Selector selector, @Nullable String configuration);

    /** Returns whether a second purge by this selector can keep the copies that were fetched after the first. */
    boolean keepsNewCopies(Selector selector);

    /** Returns the inspector of the node's cache; null if the server does not tell what it holds. */
    @Nullable
    CacheInspector inspector();

    /** Returns how bans are joined; null if the server has none, or cannot. */
    default @Nullable BanJoiner banJoiner() {
        return null;
    }

    /** Returns the request that drops the whole cache; null if the server has none. */
    @Nullable
    PurgeRequest flush();

    /**
     * Returns the settings for detecting a restart, after which the server may serve purged objects again; null if it
     * starts with an empty cache.
     */
    Driver.@Nullable RestartToken restartToken();
}

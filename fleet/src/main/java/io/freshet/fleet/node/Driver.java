package io.freshet.fleet.node;

import io.freshet.contracts.Selector;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Driver of one kind of cache server: the requests that purge it. */
public sealed interface Driver {

    /** The header in which a server's own purge configuration says who it is: the node's id. */
    String IDENTITY_HEADER = "Freshet-Node";

    /** The name under {@code freshet.fleet.drivers}. */
    String name();

    /** Returns the header in which responses hold the node's id; empty if they do not. */
    default String identityHeader() {
        return IDENTITY_HEADER;
    }

    /** Returns whether a refresh by this selector is possible. */
    boolean supports(Selector selector);

    /** Returns the selector by which the node is purged in a refresh by this one: the same, or a wider one. */
    default Selector purgedBy(Selector selector) {
        return selector;
    }

    /** Returns whether an object may be all sub-domains of a name, where the selector is supported. */
    default boolean supportsSubdomains() {
        return false;
    }

    /** Varnish with {@code freshet.vcl}. The token is a secret: it is not part of {@code toString}. */
    record Varnish(String name, String token) implements Driver {
        @Override
        public boolean supports(Selector selector) {
            return true;
        }

        @Override
        public boolean supportsSubdomains() {
            return true;
        }

        @Override
        public String toString() {
            return "Varnish[" + name + ']';
        }
    }

    /**
     * Any server that purges one URL by one request.
     *
     * @param method such as {@code PURGE}
     * @param headers sent with every purge; may hold a secret, so not part of {@code toString}
     * @param directory how to purge a directory, or null where the server cannot
     * @param identityHeader header that must contain the node's id for a response to count; empty to accept all
     *     responses, which takes the 404 of an origin behind an unconfigured server for <i>absent</i>
     * @param flush how to drop everything, or null where no request does that
     * @param restartToken detection of restarts that may restore purged objects; null if the server restores none
     * @param look how to see what the cache holds, or null where no request shows that
     */
    record Http(
            String name,
            String method,
            Map<String, String> headers,
            @Nullable DirectoryPurge directory,
            String identityHeader,
            @Nullable Flush flush,
            @Nullable RestartToken restartToken,
            @Nullable LookRequest look)
            implements Driver {

        public Http {
            headers = Map.copyOf(headers);
        }

        @Override
        public boolean supports(Selector selector) {
            return switch (selector) {
                case URL -> true;
                case DIRECTORY -> directory != null;
                case IGNORE_QUERY, PREFIX, REGEX, HOST, TAG, EVERYTHING -> false;
            };
        }

        @Override
        public String toString() {
            return "Http[" + name + ", " + method + ']';
        }
    }

    /**
     * Traffic Server with {@code deploy/traffic-server}. The token is a secret: it is not part of {@code toString}.
     *
     * @param hostPurge whether the remap rule of each host has the plugin remap_purge, so that a host can be purged
     * @param restartToken detection of restarts, which may restore purged objects
     */
    record TrafficServer(String name, String token, boolean hostPurge, RestartToken restartToken) implements Driver {

        /** Page of the plugin stats_over_http, with the time in seconds since 1970 at which the cache became ready. */
        public static final RestartToken RESTART_TOKEN = new RestartToken(
                "/_freshet_stats",
                Pattern.compile("\"proxy\\.node\\.restarts\\.proxy\\.cache_ready_time\": \"([1-9][0-9]*)\""),
                RestartToken.DEFAULT_REWIND);

        @Override
        public boolean supports(Selector selector) {
            return switch (selector) {
                case URL -> true;
                case HOST, EVERYTHING -> hostPurge;
                case DIRECTORY, IGNORE_QUERY, PREFIX, REGEX, TAG -> false;
            };
        }

        @Override
        public String toString() {
            return "TrafficServer[" + name + ']';
        }
    }

    /**
     * Squid with {@code deploy/squid}. The token is a secret: it is not part of {@code toString}.
     *
     * @param variant request headers of the only variant that Squid stores beside the one of requests without them;
     *     empty for none
     * @param restartToken detection of restarts, which may restore purged objects
     */
    record Squid(String name, String token, Map<String, String> variant, RestartToken restartToken) implements Driver {

        /** Page of Squid's cache manager. */
        public static final RestartToken RESTART_TOKEN = new RestartToken(
                "/squid-internal-mgr/info", Pattern.compile("Start Time:\\s+(.+)"), RestartToken.DEFAULT_REWIND);

        public Squid {
            variant = Map.copyOf(variant);
        }

        @Override
        public boolean supports(Selector selector) {
            return selector == Selector.URL;
        }

        @Override
        public String toString() {
            return "Squid[" + name + ']';
        }
    }

    /**
     * Driver that may purge more than a refresh names, where its server cannot purge what it names.
     *
     * @param wider selectors to purge by, by those of refreshes; each is one that {@link #contains} the other
     */
    record Wider(Driver driver, Map<Selector, Selector> wider) implements Driver {

        public Wider {
            wider = Map.copyOf(wider);
        }

        /** Returns whether what the wider selector names contains what the narrower does, and both are of one host. */
        static boolean contains(Selector wider, Selector narrower) {
            return switch (narrower) {
                case IGNORE_QUERY, PREFIX -> wider == Selector.DIRECTORY || wider == Selector.HOST;
                case DIRECTORY, REGEX, TAG -> wider == Selector.HOST;
                case URL, HOST, EVERYTHING -> false;
            };
        }

        @Override
        public String name() {
            return driver.name();
        }

        @Override
        public String identityHeader() {
            return driver.identityHeader();
        }

        @Override
        public boolean supports(Selector selector) {
            return wider.containsKey(selector) || driver.supports(selector);
        }

        @Override
        public Selector purgedBy(Selector selector) {
            return wider.getOrDefault(selector, selector);
        }

        @Override
        public boolean supportsSubdomains() {
            return driver.supportsSubdomains();
        }
    }

    /**
     * @param pathSuffix what to append to the directory's path, such as {@code *}
     */
    record DirectoryPurge(String method, String pathSuffix) {}

    /** The request that drops everything a server has. */
    record Flush(String method, String path) {}

    /**
     * The request that shows what the cache holds for a URL, without a request to the origin.
     *
     * @param headers sent with it, in addition to those of a purge; may hold a secret, so not part of {@code toString}
     * @param absentStatus status of the response if the URL is not in the cache
     * @param cacheHeader response header with {@code HIT} in its value if the response is a cached copy; empty if the
     *     status alone tells
     * @param canary whether a {@code GET} below {@code /.freshet-canary/} puts a test object into the cache
     */
    record LookRequest(
            String method, Map<String, String> headers, int absentStatus, String cacheHeader, boolean canary) {

        public LookRequest {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "LookRequest[" + method + ", " + absentStatus + ']';
        }
    }

    /**
     * Value that differs after each start of the server.
     *
     * @param path of a page that shows it, asked for with GET under the node's own address
     * @param pattern finds it in the page; its first group, or the whole match if it has none
     * @param rewind purges of this long before the restart may have been lost, and are repeated
     */
    record RestartToken(String path, Pattern pattern, Duration rewind) {

        /** Longer than the 60 s after which Traffic Server writes its index at the latest. */
        static final Duration DEFAULT_REWIND = Duration.ofMinutes(5);

        /** Patterns of the same text are the same: a configuration that is read again has equal drivers. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof RestartToken token
                    && path.equals(token.path)
                    && pattern.pattern().equals(token.pattern.pattern())
                    && rewind.equals(token.rewind);
        }

        @Override
        public int hashCode() {
            return Objects.hash(path, pattern.pattern(), rewind);
        }
    }
}

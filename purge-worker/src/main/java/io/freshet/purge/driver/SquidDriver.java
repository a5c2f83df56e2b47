package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Driver for Squid with {@code deploy/squid}, which defines the headers. */
final class SquidDriver implements PurgeDriver {

    /** Path that no site has: a configured server answers that it is not in its cache. */
    private static final String PROBE = "/.freshet-probe";

    private static final Driver.LookRequest LOOK =
            new Driver.LookRequest("GET", Map.of("Cache-Control", "only-if-cached"), 504, "", false);

    private final Driver.Squid settings;
    private final String authority;
    private final HeaderLines authorized;
    private final List<HeaderLines> variants;
    private final AnswerCheck answers;
    private final CacheInspector inspector;
    private final List<String> headers;

    SquidDriver(Driver.Squid settings, Node node) {
        this.settings = settings;
        this.authority = node.address().getAuthority();
        this.authorized = HeaderLines.NONE.with("Freshet-Token", settings.token());
        this.variants = variants(authorized, settings.variant());
        this.answers = new AnswerCheck(Driver.IDENTITY_HEADER, node.id());
        this.inspector = new HttpInspector(LOOK, HttpInspector.DATE_OF_ORIGIN, authorized, node.tls());
        this.headers = Stream.concat(
                        Stream.of(answers.identityHeader()),
                        HttpInspector.headers(LOOK, HttpInspector.DATE_OF_ORIGIN).stream())
                .toList();
    }

    /**
     * The purge with the headers of a variant must be the last: it also drops the entry by which Squid finds variants.
     * Another variant that is still there would be served again once a fetch has made that entry anew.
     */
    private static List<HeaderLines> variants(HeaderLines authorized, Map<String, String> variant) {
        return variant.isEmpty() ? List.of(authorized) : List.of(authorized, authorized.with(variant));
    }

    @Override
    public boolean supports(Selector selector) {
        return settings.supports(selector);
    }

    @Override
    public int variants() {
        return variants.size();
    }

    @Override
    public PurgeRequest request(Purge purge, int variant) {
        if (purge.selector() != Selector.URL) {
            throw new IllegalArgumentException("not supported: " + purge.selector());
        }
        return new PurgeRequest("PURGE", purge.target(), purge.authority(), variants.get(variant));
    }

    @Override
    public PurgeRequest request(Purge purge) {
        return request(purge, 0);
    }

    @Override
    public PurgeRequest probe() {
        return new PurgeRequest("PURGE", PROBE, authority, authorized);
    }

    @Override
    public List<String> headers() {
        return headers;
    }

    @Override
    public PurgeOutcome outcome(PurgeAnswer answer) {
        return answers.outcome(answer);
    }

    @Override
    public boolean needsRebound(Selector selector) {
        return true;
    }

    @Override
    public boolean marksStale(Selector selector, @Nullable String configuration) {
        return false;
    }

    @Override
    public boolean keepsNewCopies(Selector selector) {
        return false;
    }

    @Override
    public CacheInspector inspector() {
        return inspector;
    }

    /** Returns null: no request drops everything. */
    @Override
    public @Nullable PurgeRequest flush() {
        return null;
    }

    @Override
    public Driver.RestartToken restartToken() {
        return settings.restartToken();
    }
}

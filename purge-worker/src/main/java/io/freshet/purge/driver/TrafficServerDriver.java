package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Driver for Traffic Server with {@code deploy/traffic-server}, which defines the headers. */
final class TrafficServerDriver implements PurgeDriver {

    /** Path that the rule for test objects maps: a probe shows whether that rule is there. */
    private static final String PROBE = "/.freshet-canary/probe";

    /** Path that no site has: 200 comes from remap_purge only. */
    private static final String HOST_PURGE = "/.freshet-host";

    /** Reason phrase of the 404 for a URL that no remap rule maps; it is part of Traffic Server's code. */
    private static final String NO_RULE = "Not Found on Accelerator";

    /** {@code Freshet-Look} makes the node serve an expired copy instead of asking the origin. */
    private static final Driver.LookRequest LOOK = new Driver.LookRequest(
            "GET", Map.of("Cache-Control", "only-if-cached", "Freshet-Look", "1"), 504, "", true);

    private final Driver.TrafficServer settings;
    private final String authority;
    private final HeaderLines authorized;
    private final HeaderLines ofHost;
    private final AnswerCheck answers;
    private final CacheInspector inspector;
    private final List<String> headers;

    TrafficServerDriver(Driver.TrafficServer settings, Node node) {
        this.settings = settings;
        this.authority = node.address().getAuthority();
        this.authorized = HeaderLines.NONE.with("Freshet-Token", settings.token());
        this.ofHost = authorized.with("Freshet-Purge-Host", settings.token());
        this.answers = new AnswerCheck(Driver.IDENTITY_HEADER, node.id());
        this.inspector = new HttpInspector(LOOK, HttpInspector.DATE_OF_ORIGIN, authorized, node.tls());
        this.headers = Stream.concat(
                        Stream.of(answers.identityHeader()),
                        HttpInspector.headers(LOOK, HttpInspector.DATE_OF_ORIGIN).stream())
                .toList();
    }

    @Override
    public boolean supports(Selector selector) {
        return settings.supports(selector);
    }

    /** Test objects have a rule, but not their hosts, which no site has. */
    @Override
    public boolean canBeTested(Selector selector) {
        return selector == Selector.URL;
    }

    @Override
    public PurgeRequest request(Purge purge) {
        return switch (purge.selector()) {
            case URL -> new PurgeRequest("PURGE", purge.target(), purge.authority(), authorized);
            case HOST, EVERYTHING -> {
                if (purge.isOfSubdomains()) {
                    throw new IllegalArgumentException("Traffic Server purges one host at a time, and no sub-domains;"
                            + " refresh each host by type host");
                }
                yield new PurgeRequest("PURGE", HOST_PURGE, purge.authority(), ofHost);
            }
            case DIRECTORY, IGNORE_QUERY, PREFIX, REGEX, TAG ->
                throw new IllegalArgumentException("not supported: " + purge.selector());
        };
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
        PurgeOutcome outcome = answers.outcome(answer);
        return outcome == PurgeOutcome.Gone.ABSENT && hasNoRule(answer)
                ? new PurgeOutcome.Refused("answered " + answer.statusLine()
                        + ": remap.config has no rule for /.freshet-canary/, see docs/caches.md")
                : outcome;
    }

    /** A host without a rule is not cached. */
    @Override
    public PurgeOutcome outcome(Purge purge, PurgeAnswer answer) {
        PurgeOutcome outcome = answers.outcome(answer);
        if (purge.selector() == Selector.URL || !(outcome instanceof PurgeOutcome.Gone gone)) {
            return outcome;
        }
        return switch (gone) {
            case PURGED, BANNED -> PurgeOutcome.Gone.BANNED;
            case ABSENT ->
                hasNoRule(answer)
                        ? PurgeOutcome.Gone.ABSENT
                        : new PurgeOutcome.Refused("answered " + answer.statusLine()
                                + " to the purge of a host: the host's rule in remap.config is without"
                                + " remap_purge.so, or with another secret");
        };
    }

    private static boolean hasNoRule(PurgeAnswer answer) {
        return answer.reason().equals(NO_RULE);
    }

    /** Of a host, a fetch in progress ends under the generation before the purge, which no request finds. */
    @Override
    public boolean needsRebound(Selector selector) {
        return selector == Selector.URL;
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

    /** Returns null: no request drops all hosts. */
    @Override
    public @Nullable PurgeRequest flush() {
        return null;
    }

    @Override
    public Driver.RestartToken restartToken() {
        return settings.restartToken();
    }
}

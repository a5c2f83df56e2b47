package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Driver for Varnish with {@code deploy/varnish/freshet.vcl}, which defines the protocol. */
final class VarnishDriver implements PurgeDriver {

    /** Header that says what a BAN names, if not all whose URL begins with the request's. */
    static final String NAMES = "Freshet-Names";

    static final String TAGS = "Freshet-Tags";
    static final String MATCH = "Freshet-Match";
    static final String SOFT = "Freshet-Soft";
    static final String KEEP = "Freshet-Keep";

    private final Driver.Varnish settings;
    private final String authority;
    private final HeaderLines authorized;
    private final SchemeLines purgeHeaders;
    private final SchemeLines soft;
    private final AnswerCheck answers;
    private final CacheInspector inspector;
    private final List<String> headers;
    private final BanJoiner joiner;

    VarnishDriver(Driver.Varnish settings, Node node) {
        this.settings = settings;
        this.authority = node.address().getAuthority();
        this.authorized = HeaderLines.NONE.with("Freshet-Token", settings.token());
        this.purgeHeaders = SchemeLines.with(authorized);
        this.soft = SchemeLines.with(authorized.with(SOFT, "1"));
        this.answers = new AnswerCheck(Driver.IDENTITY_HEADER, node.id());
        this.joiner = new VarnishBanJoiner(this, authorized, answers);
        this.inspector = new VarnishInspector(authorized, answers);
        this.headers = Stream.concat(Stream.of(answers.identityHeader()), VarnishInspector.HEADERS.stream())
                .toList();
    }

    @Override
    public boolean supports(Selector selector) {
        return settings.supports(selector);
    }

    @Override
    public void requireKnown(Selector selector, @Nullable String configuration) {
        boolean isOfOldVersions = switch (selector) {
            case URL, DIRECTORY, PREFIX -> true;
            case IGNORE_QUERY, REGEX, HOST, TAG, EVERYTHING -> false;
        };
        if (configuration == null && !isOfOldVersions) {
            throw new IllegalArgumentException("the node " + inspector.remedy());
        }
    }

    @Override
    public PurgeRequest request(Purge purge) {
        HeaderLines headers = (isSentSoft(purge) ? soft : purgeHeaders).of(purge);
        return switch (purge.selector()) {
            case URL -> request("PURGE", purge, headers);
            case DIRECTORY, PREFIX -> request("BAN", purge, headers);
            case IGNORE_QUERY -> request("BAN", purge, headers.with(NAMES, "path"));
            case HOST -> request("BAN", purge, headers.with(NAMES, "host"));
            case EVERYTHING -> request("BAN", purge, withDomain(purge, headers).with(NAMES, "host"));
            case TAG -> request("BAN", purge, withDomain(purge, headers).with(TAGS, purge.tag()));
            case REGEX -> request("BAN", purge, headers.with(MATCH, purge.pattern()));
        };
    }

    /** Returns whether the node is asked to mark copies stale. */
    static boolean isSentSoft(Purge purge) {
        return purge.soft() && canMarkStale(purge.selector()) && !purge.isOfSubdomains();
    }

    static HeaderLines withDomain(Purge purge, HeaderLines headers) {
        return purge.isOfSubdomains() ? headers.with("Freshet-Subdomains", "1") : headers;
    }

    private static PurgeRequest request(String method, Purge purge, HeaderLines headers) {
        Duration keep = purge.sinceFirst();
        return new PurgeRequest(
                method, purge.target(), purge.authority(), keep == null ? headers : headers.with(KEEP, seconds(keep)));
    }

    /** Returns seconds with three decimals, rounded down: what is in doubt is dropped. */
    static String seconds(Duration duration) {
        return "%d.%03d".formatted(duration.toSeconds(), duration.toMillisPart());
    }

    @Override
    public PurgeRequest probe() {
        return new PurgeRequest("PURGE", "/", authority, authorized.with("Freshet-Probe", "1"));
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
        return selector != Selector.URL;
    }

    @Override
    public boolean marksStale(Selector selector, @Nullable String configuration) {
        return canMarkStale(selector) && (selector == Selector.URL || VarnishInspector.hasXkey(configuration));
    }

    /** Others are deleted, also where {@code freshet-xkey.vcl} could mark a prefix that is a directory. */
    private static boolean canMarkStale(Selector selector) {
        return switch (selector) {
            case URL, DIRECTORY, HOST, TAG, EVERYTHING -> true;
            case IGNORE_QUERY, PREFIX, REGEX -> false;
        };
    }

    @Override
    public boolean keepsNewCopies(Selector selector) {
        return needsRebound(selector);
    }

    @Override
    public CacheInspector inspector() {
        return inspector;
    }

    @Override
    public BanJoiner banJoiner() {
        return joiner;
    }

    @Override
    public PurgeRequest flush() {
        return new PurgeRequest("BAN", "/", authority, authorized.with("Freshet-Flush", "1"));
    }

    /** Returns null: Varnish starts with an empty cache. */
    @Override
    public Driver.@Nullable RestartToken restartToken() {
        return null;
    }
}

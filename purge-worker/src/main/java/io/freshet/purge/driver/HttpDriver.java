package io.freshet.purge.driver;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Driver for any server that purges by one request, whose method and headers are configured. */
final class HttpDriver implements PurgeDriver {

    /** Path that no site has: a configured server answers that it is not in its cache. */
    private static final String PROBE = "/.freshet-probe";

    private final Driver.Http settings;
    private final String authority;
    private final HeaderLines headers;
    private final SchemeLines purgeHeaders;
    private final AnswerCheck answers;
    private final @Nullable CacheInspector inspector;

    HttpDriver(Driver.Http settings, Node node) {
        this.settings = settings;
        this.authority = node.address().getAuthority();
        this.headers = HeaderLines.of(settings.headers());
        this.purgeHeaders = SchemeLines.with(headers);
        this.answers = new AnswerCheck(settings.identityHeader(), node.id());
        Driver.LookRequest look = settings.look();
        this.inspector =
                look == null ? null : new HttpInspector(look, HttpInspector.DATE_OF_NGINX, headers, node.tls());
    }

    @Override
    public boolean supports(Selector selector) {
        return settings.supports(selector);
    }

    @Override
    public PurgeRequest request(Purge purge) {
        HeaderLines lines = purgeHeaders.of(purge);
        return switch (purge.selector()) {
            case URL -> {
                refuseWildcard(purge.target());
                yield new PurgeRequest(settings.method(), purge.target(), purge.authority(), lines);
            }
            case DIRECTORY -> {
                Driver.DirectoryPurge directory = requireNonNull(settings.directory(), "not supported");
                yield new PurgeRequest(
                        directory.method(), purge.target() + directory.pathSuffix(), purge.authority(), lines);
            }
            case IGNORE_QUERY, PREFIX, REGEX, HOST, TAG, EVERYTHING ->
                throw new IllegalArgumentException("not supported: " + purge.selector());
        };
    }

    /** The purge module of nginx would drop a whole tree, and {@code %2A} names another object than {@code *}. */
    private static void refuseWildcard(String target) {
        if (target.endsWith("*") || target.regionMatches(true, target.length() - 3, "%2A", 0, 3)) {
            throw new IllegalArgumentException("ends with *, which the server may take for a wildcard;"
                    + " to refresh all below a path use type directory");
        }
    }

    @Override
    public PurgeRequest probe() {
        return new PurgeRequest(settings.method(), PROBE, authority, headers);
    }

    @Override
    public List<String> headers() {
        List<String> names = new ArrayList<>(List.of(answers.identityHeader()));
        if (settings.look() != null) {
            names.addAll(HttpInspector.headers(settings.look(), HttpInspector.DATE_OF_NGINX));
        }
        return names;
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
    public @Nullable CacheInspector inspector() {
        return inspector;
    }

    @Override
    public @Nullable PurgeRequest flush() {
        Driver.Flush flush = settings.flush();
        return flush == null ? null : new PurgeRequest(flush.method(), flush.path(), authority, headers);
    }

    @Override
    public Driver.@Nullable RestartToken restartToken() {
        return settings.restartToken();
    }
}

package io.freshet.purge.driver;

import io.freshet.contracts.inspection.CopyDetails;
import io.freshet.fleet.node.Driver;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Inspector for servers whose look is configured. nginx with {@code deploy/nginx/freshet-purge.conf} also says what its
 * cache did; of other servers only the status tells it. None of them tells a copy's age.
 */
final class HttpInspector implements CacheInspector {

    /** Header with the date of the cached response. nginx puts the present time into {@code Date}. */
    static final String DATE_OF_NGINX = "Freshet-Date";

    /** The same, of a server that serves a copy with the date of the origin's response. */
    static final String DATE_OF_ORIGIN = "Date";

    private static final String ETAG = "ETag";
    private static final String LAST_MODIFIED = "Last-Modified";
    private static final String VARY = "Vary";

    /** States of nginx's cache, one of which is in the cache header of a copy. */
    private static final Set<String> FROM_CACHE = Set.of("HIT", "STALE", "UPDATING");

    private final Driver.LookRequest settings;

    /** Headers that tell one copy from another. */
    private final List<String> copyHeaders;

    private final SchemeLines looks;
    private final SchemeLines puts;

    /**
     * @param date header with the date of a cached response
     * @param headers header lines of all requests to the node
     * @param tls whether the node speaks TLS
     */
    HttpInspector(Driver.LookRequest settings, String date, HeaderLines headers, boolean tls) {
        this.settings = settings;
        this.copyHeaders = copyHeaders(date);
        this.looks = SchemeLines.asClients(headers.with(settings.headers()), tls);
        this.puts = SchemeLines.with(headers);
    }

    /** Returns the names of the response headers that the inspector reads. */
    static List<String> headers(Driver.LookRequest settings, String date) {
        return Stream.concat(Stream.of(settings.cacheHeader()), copyHeaders(date).stream())
                .toList();
    }

    private static List<String> copyHeaders(String date) {
        return List.of(date, ETAG, LAST_MODIFIED);
    }

    /** Returns a constant: a restart shows by the node's health, and another configuration only by its effects. */
    @Override
    public String configuration(PurgeAnswer probe) {
        return "";
    }

    @Override
    public String remedy() {
        return "cannot be inspected";
    }

    @Override
    public PurgeRequest look(Purge url) {
        return new PurgeRequest(settings.method(), url.target(), url.authority(), looks.of(url));
    }

    /** Returns true: nginx closes a connection after a response 500, and a server may so after a 504. */
    @Override
    public boolean mayCloseConnection() {
        return true;
    }

    @Override
    public Look look(PurgeAnswer answer) {
        String cache = settings.cacheHeader().isEmpty() ? null : answer.header(settings.cacheHeader());
        if (cache != null && FROM_CACHE.stream().anyMatch(cache::contains)) {
            return copy(answer, "");
        }
        if (answer.status() == settings.absentStatus()) {
            return new Look.Absent();
        }
        if (!isServed(answer.status())) {
            return new Look.Unknown("answered " + answer.statusLine() + " to a look");
        }
        if (cache != null) {
            return new Look.Absent(); // the response did not come from the cache
        }
        return copy(
                answer,
                settings.cacheHeader().isEmpty()
                        ? ""
                        : ", or the location lacks the header " + settings.cacheHeader() + ": see docs/caches.md");
    }

    /** Returns whether a status is that of content, and not of a server that does not let us look. */
    private static boolean isServed(int status) {
        return status < 400 || status == 404 || status == 410;
    }

    private Look copy(PurgeAnswer answer, String doubt) {
        String headers =
                copyHeaders.stream().map(answer::header).map(Objects::toString).collect(Collectors.joining(" "));
        return new Look.Undated(headers, doubt);
    }

    @Override
    public List<String> detailHeaders() {
        return List.of(VARY);
    }

    /** Returns what a response without a body tells. Its status need not be that of the copy. */
    @Override
    public CopyDetails details(PurgeAnswer answer) {
        return new CopyDetails(
                null,
                null,
                null,
                null,
                null,
                answer.header(ETAG),
                answer.header(LAST_MODIFIED),
                answer.header(VARY),
                null,
                null);
    }

    @Override
    public @Nullable PurgeRequest askBackend(Purge url) {
        return null;
    }

    @Override
    public boolean canPut() {
        return settings.canary();
    }

    @Override
    public PurgeRequest put(Purge url) {
        return new PurgeRequest("GET", url.target(), url.authority(), puts.of(url));
    }
}

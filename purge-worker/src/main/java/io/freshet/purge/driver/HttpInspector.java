package io.freshet.purge.driver;

import io.freshet.fleet.node.Driver;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Inspector for servers whose look is configured. nginx with {@code deploy/nginx/freshet-purge.conf} also says what its
 * cache did; of other servers only the status tells it. None of them tells a copy's age.
 */
final class HttpInspector implements CacheInspector {

    /** Value {@code cache} and nginx's {@code $upstream_cache_status}, which is empty if the location has no cache. */
    private static final String CACHE = "Freshet-Look";

    /** Date of the cached response. nginx puts the present time into {@code Date}. */
    private static final String DATE = "Freshet-Date";

    /** Statuses of {@link #CACHE} of responses from the cache. */
    private static final Set<String> FROM_CACHE = Set.of("cache HIT", "cache STALE", "cache UPDATING");

    /** Headers that tell one copy from another. */
    private static final List<String> COPY = List.of(DATE, "ETag", "Last-Modified");

    /** Headers of the responses that the inspector reads. */
    static final List<String> HEADERS = List.of(CACHE, DATE, "ETag", "Last-Modified");

    private final Driver.LookRequest settings;
    private final SchemeLines looks;
    private final SchemeLines puts;
    private final AnswerCheck answers;

    /**
     * @param headers header lines of all requests to the node
     */
    HttpInspector(Driver.LookRequest settings, HeaderLines headers, AnswerCheck answers) {
        this.settings = settings;
        this.looks = SchemeLines.with(headers.with(settings.headers()));
        this.puts = SchemeLines.with(headers);
        this.answers = answers;
    }

    /** Returns a constant: restarts show by the node's health, and another configuration only by its effects. */
    @Override
    public String configuration(PurgeAnswer probe) {
        return "";
    }

    @Override
    public String remedy() {
        return "cannot be inspected: check look in its driver";
    }

    @Override
    public PurgeRequest look(Purge url) {
        return new PurgeRequest(settings.method(), url.target(), url.authority(), looks.of(url));
    }

    @Override
    public Look look(PurgeAnswer answer) {
        String cache = answer.header(CACHE);
        if (cache != null && FROM_CACHE.contains(cache)) {
            return copy(answer);
        }
        if (answer.status() == settings.absentStatus()) {
            return new Look.Absent();
        }
        if (!isServed(answer.status())) {
            return new Look.Unknown("answered " + answer.statusLine() + " to a look");
        }
        // The response did not come from a cache, if the server says so.
        return cache == null ? copy(answer) : new Look.Absent();
    }

    /** Returns whether a status is that of content, and not of a server that does not let us look. */
    private static boolean isServed(int status) {
        return status < 400 || status == 404 || status == 410;
    }

    private static Look copy(PurgeAnswer answer) {
        return new Look.Undated(
                COPY.stream().map(answer::header).map(Objects::toString).collect(Collectors.joining(" ")));
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

package io.freshet.purge.driver;

import io.freshet.contracts.inspection.CopyDetails;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Inspector for Varnish with {@code deploy/varnish/freshet.vcl}. */
final class VarnishInspector implements CacheInspector {

    private static final String CONFIGURATION = "Freshet-Configuration";

    /** Version of the requests that this worker sends. An older VCL takes a ban of an expression for one of all. */
    private static final int VERSION = 4;

    private static final String SOFT = "Freshet-Soft";
    private static final String SOFT_DIRECTORIES = " with xkey";
    private static final String FETCH_AGE = "Freshet-Fetch-Age";
    private static final String TTL = "Freshet-Ttl";

    /** Headers of the responses that the inspector reads. */
    static final List<String> HEADERS = List.of(CONFIGURATION, SOFT, FETCH_AGE, TTL);

    private static final String AGE = "Freshet-Age";
    private static final String GRACE = "Freshet-Grace";
    private static final String HITS = "Freshet-Hits";
    private static final String STATUS = "Freshet-Status";
    private static final String ETAG = "Freshet-Etag";
    private static final String LAST_MODIFIED = "Freshet-Last-Modified";
    private static final String LENGTH = "Freshet-Length";
    private static final String VARY = "Freshet-Vary";

    private static final String TAGS = "Freshet-Tags";

    private static final List<String> DETAIL_HEADERS =
            List.of(AGE, GRACE, HITS, STATUS, ETAG, LAST_MODIFIED, LENGTH, VARY, TAGS);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final SchemeLines looks;
    private final SchemeLines puts;
    private final SchemeLines backend;
    private final AnswerCheck answers;

    /** @param authorized header lines with the token */
    VarnishInspector(HeaderLines authorized, AnswerCheck answers) {
        this.looks = SchemeLines.with(authorized.with("Freshet-Look", "1"));
        this.puts = SchemeLines.with(authorized.with("Freshet-Canary", "1"));
        this.backend = SchemeLines.with(authorized.with("Freshet-Origin", "1"));
        this.answers = answers;
    }

    /** Returns null for a VCL that does not know all requests of this worker. */
    @Override
    public @Nullable String configuration(PurgeAnswer probe) {
        String configuration = probe.header(CONFIGURATION);
        if (configuration == null || version(configuration) < VERSION) {
            return null;
        }
        return probe.header(SOFT) == null ? configuration : configuration + SOFT_DIRECTORIES;
    }

    /** Returns the number before the first space; 0 if there is none. */
    private static int version(String configuration) {
        Integer version = number(configuration.split(" ", 2)[0], Integer::valueOf);
        return version == null ? 0 : version;
    }

    /** Returns whether a node of this configuration has {@code freshet-xkey.vcl}, too. */
    static boolean hasXkey(@Nullable String configuration) {
        return configuration != null && configuration.endsWith(SOFT_DIRECTORIES);
    }

    @Override
    public String remedy() {
        return "has an older freshet.vcl: install the one of this release";
    }

    @Override
    public PurgeRequest look(Purge url) {
        return new PurgeRequest("PURGE", url.target(), url.authority(), looks.of(url));
    }

    @Override
    public Look look(PurgeAnswer answer) {
        return switch (answers.outcome(answer)) {
            case PurgeOutcome.Gone.ABSENT -> new Look.Absent();
            case PurgeOutcome.Gone.PURGED, PurgeOutcome.Gone.BANNED -> present(answer);
            case PurgeOutcome.Refused refused -> new Look.Unknown(refused.answer());
            case PurgeOutcome.Busy busy -> new Look.Unknown(busy.answer());
        };
    }

    private static Look present(PurgeAnswer answer) {
        Duration sinceFetch = seconds(answer.header(FETCH_AGE));
        Duration ttl = seconds(answer.header(TTL));
        return sinceFetch == null || ttl == null
                ? new Look.Unknown("answered " + answer.statusLine() + " to a look, without an age of the copy")
                : new Look.Present(sinceFetch, !ttl.isPositive());
    }

    @Override
    public List<String> detailHeaders() {
        return DETAIL_HEADERS;
    }

    @Override
    public CopyDetails details(PurgeAnswer answer) {
        return new CopyDetails(
                number(answer.header(AGE), Double::valueOf),
                number(answer.header(TTL), Double::valueOf),
                number(answer.header(GRACE), Double::valueOf),
                number(answer.header(LENGTH), Long::valueOf),
                number(answer.header(STATUS), Integer::valueOf),
                text(answer.header(ETAG)),
                text(answer.header(LAST_MODIFIED)),
                text(answer.header(VARY)),
                text(answer.header(TAGS)),
                number(answer.header(HITS), Long::valueOf));
    }

    /** Returns a value; null if the copy has no such header, which Varnish shows as an empty one. */
    private static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }

    private static <N extends Number> @Nullable N number(@Nullable String text, Function<String, N> parser) {
        try {
            return text == null ? null : parser.apply(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Returns a number of seconds as a duration; null if there is none. */
    private static @Nullable Duration seconds(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : Duration.ofNanos(new BigDecimal(text)
                            .multiply(BigDecimal.valueOf(NANOS_PER_SECOND))
                            .longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    @Override
    public PurgeRequest askBackend(Purge url) {
        return new PurgeRequest("PURGE", url.target(), url.authority(), backend.of(url));
    }

    @Override
    public boolean mayCloseConnection() {
        return false;
    }

    @Override
    public boolean canPut() {
        return true;
    }

    @Override
    public PurgeRequest put(Purge url) {
        return new PurgeRequest("PURGE", url.target(), url.authority(), puts.of(url));
    }
}

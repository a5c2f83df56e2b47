package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Joins bans for Varnish with {@code deploy/varnish/freshet.vcl}: tags to a list of tags, and paths to one expression
 * of the patterns that the VCL would compare. Expressions are not joined, since together they could backtrack too much.
 */
final class VarnishBanJoiner implements BanJoiner {

    private static final String HOST = "Freshet-Host";
    private static final String PATTERN = "Freshet-Pattern";
    private static final String KEY = "Freshet-Key";

    private final VarnishDriver driver;
    private final SchemeLines headers;
    private final AnswerCheck answers;

    VarnishBanJoiner(VarnishDriver driver, HeaderLines authorized, AnswerCheck answers) {
        this.driver = driver;
        this.headers = SchemeLines.with(authorized);
        this.answers = answers;
    }

    @Override
    public List<String> headers() {
        return List.of(HOST, PATTERN, KEY);
    }

    @Override
    public @Nullable PurgeRequest resolve(Purge purge) {
        if (!isResolved(purge.selector())) {
            return null;
        }
        HeaderLines lines = headers.of(purge).with("Freshet-Resolve", "1");
        lines = purge.selector() == Selector.IGNORE_QUERY ? lines.with(VarnishDriver.NAMES, "path") : lines;
        lines = VarnishDriver.isSentSoft(purge) ? lines.with(VarnishDriver.SOFT, "1") : lines;
        return new PurgeRequest("BAN", purge.target(), purge.authority(), lines);
    }

    /** The host of a tag or an expression is that of the request for {@code /}, as in the ban itself. */
    private static boolean isResolved(Selector selector) {
        return switch (selector) {
            case IGNORE_QUERY, DIRECTORY, PREFIX, HOST, EVERYTHING -> true;
            case URL, REGEX, TAG -> false;
        };
    }

    @Override
    public ResolvedBan resolved(Purge purge, @Nullable PurgeAnswer answer) throws IOException {
        boolean soft = VarnishDriver.isSentSoft(purge);
        if (answer == null) {
            String term = purge.selector() == Selector.TAG ? purge.tag() : null;
            return new ResolvedBan(purge, purge.authority(), soft, term, null);
        }
        switch (answers.outcome(answer)) {
            case PurgeOutcome.Gone _ -> {}
            case PurgeOutcome.Refused refused -> throw new IOException(refused.answer());
            case PurgeOutcome.Busy busy -> throw new IOException(busy.answer());
        }
        String key = soft && !purge.isSecond() ? answer.header(KEY) : null;
        return new ResolvedBan(purge, text(answer, HOST), soft, term(purge, answer), key);
    }

    private static @Nullable String term(Purge purge, PurgeAnswer answer) throws IOException {
        return switch (purge.selector()) {
            case IGNORE_QUERY, DIRECTORY, PREFIX -> text(answer, PATTERN).substring(1);
            case URL, REGEX, HOST, TAG, EVERYTHING -> null;
        };
    }

    private static String text(PurgeAnswer answer, String name) throws IOException {
        String text = answer.header(name);
        if (text == null || !VisibleAscii.is(text) || name.equals(PATTERN) && !text.startsWith("^")) {
            throw new IOException("answered " + answer.statusLine() + " without " + name);
        }
        return text;
    }

    @Override
    public PurgeRequest join(List<ResolvedBan> bans) {
        ResolvedBan first = bans.getFirst();
        Purge purge =
                first.purge().keepingLeast(bans.stream().map(ResolvedBan::purge).toList());
        if (first.term() == null || bans.size() == 1) {
            return driver.request(purge);
        }
        HeaderLines lines = first.group().isTag() ? tags(bans) : patterns(bans);
        Duration keep = purge.sinceFirst();
        lines = keep == null ? lines : lines.with(VarnishDriver.KEEP, VarnishDriver.seconds(keep));
        return new PurgeRequest("BAN", "/", purge.authority(), lines);
    }

    private static Stream<String> terms(List<ResolvedBan> bans) {
        return bans.stream().flatMap(ban -> Stream.ofNullable(ban.term())).distinct();
    }

    private HeaderLines tags(List<ResolvedBan> bans) {
        ResolvedBan first = bans.getFirst();
        HeaderLines lines = VarnishDriver.withDomain(first.purge(), headers.of(first.purge()))
                .with(VarnishDriver.TAGS, terms(bans).collect(Collectors.joining(",")));
        return first.soft() ? lines.with(VarnishDriver.SOFT, "1") : lines;
    }

    private HeaderLines patterns(List<ResolvedBan> bans) {
        ResolvedBan first = bans.getFirst();
        HeaderLines lines = headers.of(first.purge())
                .with("Freshet-Resolved", first.host())
                .with(
                        VarnishDriver.MATCH,
                        terms(bans).map(term -> term + ".*").collect(Collectors.joining("|", "^(?:", ")$")));
        if (first.key() == null) {
            return first.soft() && first.purge().isSecond() ? lines.with(VarnishDriver.SOFT, "1") : lines;
        }
        String keys = bans.stream()
                .flatMap(ban -> Stream.ofNullable(ban.key()))
                .distinct()
                .collect(Collectors.joining(","));
        return lines.with(VarnishDriver.SOFT, "1").with("Freshet-Keys", keys);
    }
}

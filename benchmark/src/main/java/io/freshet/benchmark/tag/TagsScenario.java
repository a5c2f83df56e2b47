package io.freshet.benchmark.tag;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.AnswerCounter.CountSample;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.ConcurrentTasks;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.Service;
import io.freshet.cluster.process.Vcl;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Hits of a Varnish beside refreshes of tags, compared with its hits at rest: a tag of all objects, a page with 200
 * tags, a thousand tags within a minute, and ten thousand refreshes that waited while it was away. The readers ask for
 * pages that are not refreshed.
 */
public final class TagsScenario implements Scenario {

    private static final String CACHE = "cache";
    private static final int CONNECTIONS = 8;

    /** Tags of the page of which each tag is refreshed. */
    private static final int TAGS_OF_PAGE = 200;

    /** Pages that the readers ask for. */
    private static final int HOT_PAGES = 1_000;

    private final boolean withXkey;

    private TagsScenario(boolean withXkey) {
        this.withXkey = withXkey;
    }

    /** With tags by the vmod xkey. */
    public static TagsScenario xkey() {
        return new TagsScenario(true);
    }

    /** With tags by bans. */
    public static TagsScenario bans() {
        return new TagsScenario(false);
    }

    @Override
    public String name() {
        return withXkey ? "tags-xkey" : "tags-bans";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        int objects = ground.load(100_000, 1_000);
        Cache varnish = ground.largeVarnish(CACHE, origin(ground), withXkey ? Vcl.SOFT_DIRECTORIES : "");
        fill(ground, varnish.address(), objects);
        RunningService worker = ground.start(
                Service.PURGE_WORKER, Fleet.empty().withL1(CACHE, varnish.address(), Fleet.Purging.VARNISH));
        try (CommandProducer commands = new CommandProducer(ground)) {
            Path hits = script(ground, "hits", "/hot/", HOT_PAGES);
            double atRest = rate(ground, varnish, hits);
            commands.refresh("tag", List.of("site.test#all"));
            AnswerCounter answered = AnswerCounter.ofBans(worker);
            double besideOne = rate(ground, varnish, hits);
            results.add(ratio("after a tag of %,d objects".formatted(objects), besideOne, atRest));
            atRest = rate(ground, varnish, hits);
            double besideMany = besideMany(ground, varnish, hits, commands, results);
            results.add(ratio("beside %,d tags a minute".formatted(tagsPerMinute(ground)), besideMany, atRest));
            answered.await(tagsPerMinute(ground));
            atRest = rate(ground, varnish, hits);
            double afterMissed = afterMissed(ground, varnish, hits, commands, AnswerCounter.ofBans(worker), results);
            results.add(ratio("in the 10 s after %,d that waited".formatted(missed(ground)), afterMissed, atRest));
        }
    }

    private static int missed(BenchmarkEnvironment ground) {
        return ground.load(10_000, 100);
    }

    /** Freezes the cache while directories and tags are refreshed, and measures as soon as it has got them. */
    private static double afterMissed(
            BenchmarkEnvironment ground,
            Cache varnish,
            Path hits,
            CommandProducer commands,
            AnswerCounter answered,
            ScenarioResults results)
            throws InterruptedException {
        varnish.part().pause();
        for (int i = 0; i < missed(ground) / 2; i++) {
            commands.refresh("directory", List.of("http://site.test/missed-" + i + "/"));
            commands.refresh("tag", List.of("site.test#missed-" + i));
        }
        TimeUnit.SECONDS.sleep(ground.load(15, 3)); // until the worker has found the cache away
        varnish.part().resume();
        CountSample resumed = answered.now();
        CountSample caughtUp = answered.await(missed(ground));
        results.add(Figure.of(
                "time until all that waited had its effect", (caughtUp.nanos() - resumed.nanos()) / 1e9, "s"));
        return Wrk.rate(varnish.address(), hits, CONNECTIONS, ground.load(10, 1));
    }

    private static Figure ratio(String when, double beside, double atRest) {
        return Figure.of("hits " + when, beside, "hits/s")
                .comparedTo("hits at rest", atRest)
                .ratioAtLeast(0.8);
    }

    private static int tagsPerMinute(BenchmarkEnvironment ground) {
        return ground.load(1_000, 50);
    }

    private static double besideMany(
            BenchmarkEnvironment ground, Cache varnish, Path hits, CommandProducer commands, ScenarioResults results)
            throws Exception {
        int seconds = ground.load(60, 2);
        List<String> tags = Stream.concat(
                        IntStream.range(0, TAGS_OF_PAGE).mapToObj(i -> "page-" + i),
                        IntStream.range(0, 1_000_000).mapToObj(i -> "product-" + i))
                .limit(tagsPerMinute(ground))
                .map(tag -> "site.test#" + tag)
                .toList();
        try (ConcurrentTasks work = new ConcurrentTasks();
                ResourceMonitor _ = ground.watch("tags", results)) {
            work.start(() -> evenly(tags, seconds, commands));
            return Wrk.rate(varnish.address(), hits, CONNECTIONS, seconds);
        }
    }

    private static void evenly(List<String> tags, int seconds, CommandProducer commands) throws InterruptedException {
        Instant began = Instant.now();
        for (int i = 0; i < tags.size(); i++) {
            Duration due = Duration.ofSeconds(seconds).multipliedBy(i).dividedBy(tags.size());
            Duration left = Duration.between(Instant.now(), began.plus(due));
            Thread.sleep(left.isNegative() ? Duration.ZERO : left);
            commands.refresh("tag", List.of(tags.get(i)));
        }
    }

    private static double rate(BenchmarkEnvironment ground, Cache varnish, Path script) throws InterruptedException {
        return Wrk.rate(varnish.address(), script, CONNECTIONS, ground.load(15, 1));
    }

    /** Pages below {@code /N/} have the tag {@code all} and two of their own, those below {@code /hot/} none. */
    private static Address origin(BenchmarkEnvironment ground) {
        String tags = String.join(
                ",", IntStream.range(0, TAGS_OF_PAGE).mapToObj(i -> "page-" + i).toList());
        return ground.nginx("origin", new NginxSite(List.of(), "keepalive_requests 1000000000;", """
                        default_type text/plain;
                        add_header Cache-Control "public, max-age=3600";
                        location /hot/ { return 200 "%1$s"; }
                        location /page/ {
                            add_header Cache-Control "public, max-age=3600";
                            add_header Cache-Tag "%2$s";
                            return 200 "%1$s";
                        }
                        location ~ ^/(?<shop>[0-9])/(?<product>[0-9]+) {
                            add_header Cache-Control "public, max-age=3600";
                            add_header Cache-Tag "all,shop-$shop,product-$product";
                            return 200 "%1$s";
                        }
                        """.formatted(
                        BenchmarkEnvironment.PAGE, tags)));
    }

    /** Makes the cache fetch all objects. */
    private static void fill(BenchmarkEnvironment ground, Address cache, int objects) throws InterruptedException {
        Wrk.rate(cache, script(ground, "page", "/page/", 1), 1, 1);
        Wrk.rate(cache, script(ground, "hot", "/hot/", HOT_PAGES), CONNECTIONS, ground.load(2, 1));
        // Each object is asked for about four times.
        Wrk.rate(cache, script(ground, "all", "/1/", objects), CONNECTIONS, ground.load(40, 1));
    }

    private static Path script(BenchmarkEnvironment ground, String name, String directory, int pages) {
        return ground.write(name + ".lua", String.format(Locale.ROOT, """
                local count = 0
                local headers = { ["Host"] = "site.test" }
                function request()
                  count = count + 1
                  return wrk.format("GET", "%s" .. count %% %d, headers)
                end
                """, directory, pages));
    }
}

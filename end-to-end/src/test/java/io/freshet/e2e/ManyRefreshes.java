package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A number of refreshes of 20 URLs each, no URL in two of them, all of pages that nodes hold already. */
final class ManyRefreshes {

    private static final int URLS = 20;
    private static final int READERS = 16;

    private final GatewayClient gateway;
    private final Pages pages;
    private final int count;
    private final List<String> tasks = new ArrayList<>();

    ManyRefreshes(TestCluster cluster, int count) {
        this.gateway = cluster.gateway();
        this.pages = cluster.origin().pages();
        this.count = count;
    }

    /** This node holds all pages at version 1, and a page that nobody refreshes. */
    void heldBy(CacheNode node) {
        atOnce(everything(), node::get);
        node.get(neighbour());
        assertThat(node.get(neighbour())).matches(copy -> copy.isVersion(1) && copy.hit());
    }

    /** This node holds one page of each refresh at version 1. */
    void oneOfEachHeldBy(CacheNode node) {
        atOnce(IntStream.range(0, count).mapToObj(this::last).toList(), node::get);
    }

    /** From now on the origin has version 2. */
    void publish() {
        pages.publish(2);
    }

    /** Asks for the next refresh. */
    String ask() {
        int next = tasks.size();
        String taskId = gateway.refresh("url", urls(next)).taskId();
        tasks.add(taskId);
        return taskId;
    }

    /** Asks for all refreshes, one after the other, and measures from asking until this node gives the new version. */
    Latencies askAndWatch(CacheNode node) {
        List<Duration> latencies = new ArrayList<>();
        while (tasks.size() < count) {
            String watched = last(tasks.size());
            long asked = System.nanoTime();
            ask();
            await(watched + " is new at " + node)
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .pollInSameThread()
                    .until(() -> node.get(watched).isVersion(2));
            latencies.add(Duration.ofNanos(System.nanoTime() - asked));
        }
        return Latencies.of(latencies);
    }

    List<String> tasks() {
        return tasks;
    }

    /** The node has kept what it held: nobody refreshed this page, and it gives the old version. */
    void assertContentSurvivedAt(CacheNode node) {
        assertThat(node.get(neighbour())).matches(copy -> copy.isVersion(1) && copy.hit(), node + " kept its content");
    }

    /** The node serves nothing stale. */
    void assertNewAt(CacheNode node) {
        Queue<String> stale = new ConcurrentLinkedQueue<>();
        atOnce(everything(), url -> {
            if (!node.get(url).isVersion(2)) {
                stale.add(url);
            }
        });
        assertThat(stale).as("stale pages at %s", node).isEmpty();
    }

    void assertAllComplete() {
        assertThat(tasks).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks)
                .allSatisfy(taskId -> assertThat(Waiting.complete(gateway, taskId))
                        .matches(task ->
                                task.progress() == 100 && task.laggingNodes().isEmpty()));
    }

    private List<String> everything() {
        return IntStream.range(0, count)
                .boxed()
                .flatMap(refresh -> urls(refresh).stream())
                .toList();
    }

    private List<String> urls(int refresh) {
        return IntStream.range(0, URLS)
                .mapToObj(i -> pages.url(refresh + "/" + i + ".html"))
                .toList();
    }

    private String last(int refresh) {
        return urls(refresh).getLast();
    }

    private String neighbour() {
        return pages.url("neighbour.html");
    }

    private static void atOnce(Collection<String> urls, Consumer<String> each) {
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            CompletableFuture.allOf(urls.stream()
                            .map(url -> CompletableFuture.runAsync(() -> each.accept(url), readers))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }

    /** Durations of repeated operations. */
    record Latencies(Duration median, Duration longest) {

        static Latencies of(List<Duration> latencies) {
            List<Duration> sorted = latencies.stream().sorted().toList();
            return new Latencies(sorted.get(sorted.size() / 2), sorted.getLast());
        }

        double ratioTo(Latencies other) {
            return (double) median.toNanos() / other.median.toNanos();
        }
    }
}

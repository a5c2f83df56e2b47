package io.freshet.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One directory of the origin. Its pages all have the same version, and any page exists, but for those that are
 * removed.
 */
public final class Pages {

    private final String directory;
    private final AtomicInteger version = new AtomicInteger(1);
    private final Map<String, AtomicInteger> fetches = new ConcurrentHashMap<>();
    private final Queue<Instant> fetchTimes = new ConcurrentLinkedQueue<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    private final Set<String> redirected = ConcurrentHashMap.newKeySet();
    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final Map<String, String> tagged = new ConcurrentHashMap<>();
    private volatile boolean fails;
    private volatile boolean varies;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private volatile Duration latency = Duration.ZERO;
    /** Bytes of each body; 0 for a line. */
    private volatile int size;

    /** @param directory URL that ends with a slash */
    public Pages(String directory) {
        this.directory = directory;
    }

    public String directory() {
        return directory;
    }

    /** The URL of a page, or of a directory if the name ends with a slash. */
    public String url(String name) {
        return directory + name;
    }

    /** The URLs of pages 0 to n - 1. */
    public List<String> urls(int n) {
        return IntStream.range(0, n).mapToObj(i -> url(i + ".html")).toList();
    }

    /** From now on the origin gives out this version. */
    public void publish(int newVersion) {
        version.set(newVersion);
    }

    /** From now on the origin answers 404 for this page. */
    public void remove(String url) {
        removed.add(url);
    }

    /** From now on the origin answers a permanent redirect, which caches keep. */
    public void redirect(String url) {
        redirected.add(url);
    }

    /** From now on the origin answers with this body. */
    public void body(String url, byte[] body) {
        bodies.put(url, body);
    }

    /** From now on the origin delivers the page with these tags, with commas between them. */
    public void tag(String url, String tags) {
        tagged.put(url, tags);
    }

    @Nullable
    String tags(String url) {
        return tagged.get(url);
    }

    byte @Nullable [] body(String url) {
        return bodies.get(url);
    }

    /** From now on the body of each page has this many bytes. */
    public void size(int bytes) {
        size = bytes;
    }

    int size() {
        return size;
    }

    boolean isRedirected(String url) {
        return redirected.contains(url);
    }

    /** From now on the origin compresses the pages for those who accept gzip, and says that they vary. */
    public void varyByEncoding() {
        varies = true;
    }

    boolean varies() {
        return varies;
    }

    /** From now on the origin closes the connection of each request for a page. */
    public void fail() {
        fails = true;
    }

    boolean fails() {
        return fails;
    }

    /**
     * From now on an answer with this page waits: it is made when it is asked for, and sent when the page is let go.
     */
    public void hold(String url) {
        held.putIfAbsent(url, new CountDownLatch(1));
    }

    /** Sends the answers that wait, and holds back none any more. */
    public void letGo(String url) {
        CountDownLatch latch = held.remove(url);
        if (latch != null) {
            latch.countDown();
        }
    }

    /** From now on the origin takes this long for each answer. */
    public void latency(Duration time) {
        latency = time;
    }

    /** Returns the largest number of requests that the origin answered at the same time since the last call. */
    public int takeMostInFlight() {
        return mostInFlight.getAndSet(inFlight.get());
    }

    /** Returns the number of fetches of this page from the origin. */
    public int fetches(String url) {
        AtomicInteger count = fetches.get(url);
        return count == null ? 0 : count.get();
    }

    /** Returns the number of fetches of all pages of this directory. */
    public int fetches() {
        return fetches.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Returns when each fetch of a page of this directory came, in order. */
    public List<Instant> fetchTimes() {
        return fetchTimes.stream().sorted().toList();
    }

    /** Counts, and says which version to give out; 0 if there is no such page. */
    int fetch(String url) {
        fetchTimes.add(Instant.now());
        fetches.computeIfAbsent(url, _ -> new AtomicInteger()).incrementAndGet();
        return removed.contains(url) ? 0 : version.get();
    }

    /** Returns when an answer with this page may be sent. */
    void awaitLeave(String url) throws InterruptedException {
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            Thread.sleep(latency);
            awaitLatch(url);
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private void awaitLatch(String url) throws InterruptedException {
        CountDownLatch latch = held.get(url);
        if (latch != null) {
            latch.await();
        }
    }
}

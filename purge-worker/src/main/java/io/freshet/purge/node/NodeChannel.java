package io.freshet.purge.node;

import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import io.freshet.purge.driver.Outcome;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one node: a queue, a few connections that empty it, and a probe. Every attempt ends: answered, or late as soon as the probe says
 * that the node is not usable. So a node that is down holds up nobody for longer than it takes to find out.
 */
public final class NodeChannel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeChannel.class);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private record Waiting(Attempt attempt, long sinceNanos) {}

    private final Node node;
    private final PurgeDriver driver;
    private final NodeSettings settings;
    private final MeterRegistry meters;
    private final Clock clock;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Set<NodeConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger idleSenders = new AtomicInteger();
    private final AtomicInteger senders = new AtomicInteger();
    private final Semaphore look = new Semaphore(0);
    private final Probe probe;
    private final Reach reach;
    private final @Nullable StartMarkers startMarkers;
    private final AtomicLong looks = new AtomicLong();
    private final Thread prober;
    private volatile Standing standing;
    private volatile @Nullable String startMarker;
    private volatile boolean closed;

    /**
     * @param reach tells this worker's faults from the node's
     */
    public NodeChannel(Node node, NodeSettings settings, Reach reach, MeterRegistry meters, Clock clock) {
        this.node = node;
        this.driver = PurgeDriver.of(node);
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.standing = new Standing.Usable(clock.instant());
        this.probe = new Probe(node, driver, settings, reach, clock);
        this.reach = reach;
        Driver.StartMarker marker = driver.startMarker();
        this.startMarkers = marker == null ? null : new StartMarkers(node, marker, settings);
        reach.add(node.id());
        this.prober = Thread.ofVirtual().name("probe-" + node.id()).start(this::watch);
    }

    public Node node() {
        return node;
    }

    public PurgeDriver driver() {
        return driver;
    }

    public Standing standing() {
        return standing;
    }

    /** How the node stands by a look that begins after this call; it may take as long as a probe. */
    public Standing standsAfterAnotherLook() throws InterruptedException {
        long wanted = looks.get() + 2; // the one that is going on does not count
        while (looks.get() < wanted && !closed) {
            look.release();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return standing;
    }

    /** What was last seen of the node's start marker; null if nothing was, or its driver has none. */
    public @Nullable String startMarker() {
        return startMarker;
    }

    /**
     * Drops everything that the node has, beside whatever else is sent to it.
     *
     * @return empty if the driver cannot do that
     * @throws IOException if the node does not answer
     */
    public Optional<Outcome> flush() throws IOException {
        PurgeRequest request = driver.flush();
        if (request == null) {
            return Optional.empty();
        }
        try (NodeConnection connection =
                new NodeConnection(node, settings.connectTimeout(), settings.answerTimeout())) {
            return Optional.of(driver.outcome(connection.exchange(request)));
        }
    }

    /** Queues a purge; at once late if the node is not usable. Never blocks: callers bound what they have in flight. */
    public void send(Attempt attempt) {
        if (!isOpen()) {
            attempt.late(whyNot());
            return;
        }
        queue.add(new Waiting(attempt, System.nanoTime()));
        if (idleSenders.get() == 0 && senders.get() < settings.connections()) {
            senders.incrementAndGet();
            Thread.ofVirtual().name("purge-" + node.id()).start(this::sendUntilIdle);
        }
    }

    private void sendUntilIdle() {
        NodeConnection connection = new NodeConnection(node, settings.connectTimeout(), settings.answerTimeout());
        connections.add(connection);
        try {
            for (Waiting next = take(); next != null; next = take()) {
                exchange(connection, next.attempt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            senders.decrementAndGet();
            connections.remove(connection);
            connection.close();
        }
        // Something may have come between the last look at the queue and the count above.
        Waiting missed = queue.poll();
        if (missed != null) {
            send(missed.attempt());
        }
    }

    private @Nullable Waiting take() throws InterruptedException {
        Waiting next = queue.poll();
        if (next != null) {
            return next;
        }
        idleSenders.incrementAndGet();
        try {
            return queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            idleSenders.decrementAndGet();
        }
    }

    /** Sends until there is an answer that settles it, or the node is known not to be usable, or that takes too long. */
    private void exchange(NodeConnection connection, Attempt attempt) throws InterruptedException {
        long start = System.nanoTime();
        for (long pause = 20; isOpen(); pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            String failure;
            try {
                PurgeAnswer answer = connection.exchange(driver.request(attempt.purge()));
                reach.answered(node.id());
                switch (driver.outcome(answer)) {
                    case Outcome.Final outcome -> {
                        answered(attempt, outcome);
                        return;
                    }
                    case Outcome.Busy busy -> failure = "it " + busy.answer();
                }
            } catch (IOException e) {
                failure = e.toString();
            } catch (IllegalArgumentException e) {
                answered(attempt, new Outcome.Refused("cannot be asked: " + e.getMessage()));
                return;
            }
            log.debug("{}: {}", node.id(), failure);
            count("failed");
            look.release();
            if (tooLongSince(start)) {
                attempt.late(new Standing.Slow(clock.instant(), failure));
                return;
            }
            Thread.sleep(pause);
        }
        count("late");
        attempt.late(whyNot());
    }

    private boolean isOpen() {
        return standing.isUsable() && !closed;
    }

    private Standing whyNot() {
        return closed ? new Standing.Slow(clock.instant(), "the worker stops") : standing;
    }

    private void answered(Attempt attempt, Outcome.Final outcome) {
        switch (outcome) {
            case Outcome.Gone.PURGED -> count("purged");
            case Outcome.Gone.ABSENT -> count("absent");
            case Outcome.Refused _ -> {
                count("refused");
                look.release(); // perhaps it refuses everything
            }
        }
        attempt.answered(outcome);
    }

    private void watch() {
        while (!closed) {
            try {
                judge(probe.look(standing));
                if (startMarkers != null && standing.isUsable()) {
                    String marker = startMarkers.read();
                    startMarker = marker == null ? startMarker : marker;
                }
                looks.incrementAndGet();
                releaseWhatWaitsTooLong();
                waitForNextLook();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("{}: the probe failed in a way it should not", node.id(), e);
                LockSupport.parkNanos(settings.probeInterval().toNanos());
            }
        }
    }

    private void waitForNextLook() throws InterruptedException {
        long millis = settings.probeInterval().toMillis();
        if (look.tryAcquire(probe.isUndecided() ? millis / 5 : millis, TimeUnit.MILLISECONDS)) {
            look.drainPermits();
        }
    }

    private void judge(Standing now) {
        Standing before = standing;
        standing = now;
        if (now.isUsable() == before.isUsable()) {
            return;
        }
        if (now.isUsable()) {
            log.info("{} is reachable again", node.id());
        } else {
            log.warn("{} {}", node.id(), now.why());
            release(now);
            connections.forEach(NodeConnection::close); // what waits for an answer there is late, too
        }
    }

    private void releaseWhatWaitsTooLong() {
        Waiting oldest = queue.peek();
        if (oldest != null
                && System.nanoTime() - oldest.sinceNanos()
                        > settings.slowAfter().toNanos()) {
            log.warn("{} has not taken a purge for {}: what waits for it is owed", node.id(), settings.slowAfter());
            release(new Standing.Slow(
                    clock.instant(),
                    "purges have waited for more than " + settings.slowAfter().toSeconds() + " s"));
        }
    }

    private boolean tooLongSince(long nanos) {
        return System.nanoTime() - nanos > settings.slowAfter().toNanos();
    }

    private void release(Standing reason) {
        ArrayList<Waiting> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        waiting.forEach(each -> each.attempt().late(reason));
    }

    private void count(String outcome) {
        meters.counter("freshet.purges", "node", node.id(), "outcome", outcome).increment();
    }

    /** Everything that waits is late, connections are closed. */
    @Override
    public void close() {
        closed = true;
        prober.interrupt();
        release(whyNot());
        connections.forEach(NodeConnection::close);
        probe.close();
        if (startMarkers != null) {
            startMarkers.close();
        }
    }
}

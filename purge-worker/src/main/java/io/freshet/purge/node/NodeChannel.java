package io.freshet.purge.node;

import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
    /** A start marker, and when the node showed it. */
    public record ObservedRestartToken(String marker, Instant at) {}

    private final Node node;
    private final PurgeDriver driver;
    private final NodeProperties settings;
    private final Peers peers;
    private final Clock clock;
    private final PurgeQueue outbox;
    private final ReadPacer pace;
    private final Counter purged;
    private final Counter absent;
    private final Counter refused;
    private final Counter failed;
    private final Counter late;
    private final Semaphore look = new Semaphore(0);
    private final NodeProbe probe;
    private final NodeReachability reach;
    private final @Nullable RestartTokenReader startMarkers;
    private final AtomicLong looks = new AtomicLong();
    private final Thread prober;
    private volatile NodeHealth standing;
    private volatile @Nullable ObservedRestartToken observedRestartToken;
    private volatile long lastAnswer = System.nanoTime();
    private volatile boolean closed;

    /**
     * @param reach tells this worker's faults from the node's
     * @param peers of its tier
     */
    public NodeChannel(Node node, NodeProperties settings, NodeReachability reach, Peers peers, MeterRegistry meters, Clock clock) {
        this.node = node;
        this.driver = PurgeDriver.of(node);
        this.settings = settings;
        this.peers = peers;
        this.clock = clock;
        this.pace = new ReadPacer(settings.stallAfter());
        this.outbox = new PurgeQueue(settings, box -> new PurgeSender(this, box, connection(settings.stallAfter())));
        this.purged = counter(meters, "purged");
        this.absent = counter(meters, "absent");
        this.refused = counter(meters, "refused");
        this.failed = counter(meters, "failed");
        this.late = counter(meters, "late");
        this.standing = new NodeHealth.Usable(clock.instant());
        this.probe = new NodeProbe(node, driver, settings, reach, clock);
        this.reach = reach;
        Driver.RestartToken marker = driver.restartToken();
        this.startMarkers = marker == null ? null : new RestartTokenReader(node, marker, settings);
        reach.add(node.id());
        peers.add(this);
        this.prober = Thread.ofVirtual().name("probe-" + node.id()).start(this::watch);
    }

    private Counter counter(MeterRegistry meters, String outcome) {
        return meters.counter("freshet.purges", "node", node.id(), "outcome", outcome);
    }

    public Node node() {
        return node;
    }

    public PurgeDriver driver() {
        return driver;
    }

    public NodeHealth standing() {
        return standing;
    }

    /** How the node stands by a look that begins after this call; it may take as long as a probe. */
    public NodeHealth standsAfterAnotherLook() throws InterruptedException {
        long wanted = looks.get() + 2; // the one that is going on does not count
        while (looks.get() < wanted && !closed) {
            look.release();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return standing;
    }

    /** What was last seen of the node's start marker; null if nothing was, or its driver has none. */
    public @Nullable ObservedRestartToken observedRestartToken() {
        return observedRestartToken;
    }

    /**
     * Drops everything that the node has, beside whatever else is sent to it.
     *
     * @return empty if the driver cannot do that
     * @throws IOException if the node does not answer
     */
    public Optional<PurgeOutcome> flush() throws IOException {
        PurgeRequest request = driver.flush();
        if (request == null) {
            return Optional.empty();
        }
        try (PipelinedHttpConnection connection = connection(settings.answerTimeout())) {
            return Optional.of(driver.outcome(connection.ask(request)));
        }
    }

    /** Queues a purge; at once late if the node is not usable. Never blocks: callers bound what they have in flight. */
    public void send(PurgeAttempt attempt) {
        if (isOpen()) {
            outbox.add(attempt);
        } else {
            late(attempt);
        }
    }

    private PipelinedHttpConnection connection(Duration stallAfter) {
        return new PipelinedHttpConnection(
                node,
                driver.marker(),
                settings.pipelined(),
                pace,
                settings.connectTimeout(),
                settings.answerTimeout(),
                stallAfter);
    }

    // ---- what senders tell

    /** No answer, or one that settles nothing: it is sent again after a while, unless that has been going on for too long. */
    void failed(PurgeAttempt attempt, String failure, long pauseMillis) {
        failed.increment();
        look.release();
        if (!isOpen()) {
            late(attempt);
        } else if (System.nanoTime() - attempt.startedAt > settings.slowAfter().toNanos()) {
            attempt.late(new NodeHealth.Slow(clock.instant(), failure));
        } else {
            CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                    .execute(() -> send(attempt));
        }
    }

    void late(PurgeAttempt attempt) {
        late.increment();
        attempt.late(whyNot());
    }

    void answered(PurgeAttempt attempt, PurgeOutcome.Final outcome) {
        switch (outcome) {
            case PurgeOutcome.Gone.PURGED -> purged.increment();
            case PurgeOutcome.Gone.ABSENT -> absent.increment();
            case PurgeOutcome.Refused _ -> {
                refused.increment();
                look.release(); // perhaps it refuses everything
            }
        }
        attempt.answered(outcome);
    }

    /** It has answered something, whatever it was. */
    void hasAnswered() {
        lastAnswer = System.nanoTime();
        reach.answered(node.id());
    }

    /** Whether nothing waits to be sent to it. */
    boolean isIdle() {
        return outbox.isEmpty();
    }

    boolean isOpen() {
        return standing.isUsable() && !closed;
    }

    private NodeHealth whyNot() {
        return closed ? new NodeHealth.Slow(clock.instant(), "the worker stops") : standing;
    }

    private void watch() {
        while (!closed) {
            try {
                NodeHealth now = probe.look(standing);
                if (now.isUsable()) {
                    readStartMarker(); // before anybody may believe that the node still has what it had
                }
                judge(now);
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

    private void readStartMarker() throws InterruptedException {
        if (startMarkers != null) {
            Instant before = clock.instant();
            String marker = startMarkers.read();
            observedRestartToken = marker == null ? observedRestartToken : new ObservedRestartToken(marker, before);
        }
    }

    private void waitForNextLook() throws InterruptedException {
        long millis = settings.probeInterval().toMillis();
        if (look.tryAcquire(probe.isUndecided() ? millis / 5 : millis, TimeUnit.MILLISECONDS)) {
            look.drainPermits();
        }
    }

    private void judge(NodeHealth now) {
        NodeHealth before = standing;
        standing = now;
        if (now.isUsable() == before.isUsable()) {
            return;
        }
        if (now.isUsable()) {
            log.info("{} is reachable again", node.id());
        } else {
            log.warn("{} {}", node.id(), now.why());
            release(now);
            outbox.breakOff(); // what waits for an answer there is late, too
        }
    }

    /** A whole tier that has more to do than it can is not late: whoever sends to it waits. */
    private void releaseWhatWaitsTooLong() {
        long tooLong = settings.slowAfter().toNanos();
        if (outbox.waitedNanos() <= tooLong) {
            return;
        }
        boolean stuck = System.nanoTime() - lastAnswer > tooLong;
        if (stuck || peers.areIdle(this)) {
            log.warn("{} has not taken a purge for {}: what waits for it is owed", node.id(), settings.slowAfter());
            release(new NodeHealth.Slow(
                    clock.instant(),
                    "purges have waited for more than " + settings.slowAfter().toSeconds() + " s"));
        }
    }

    private void release(NodeHealth reason) {
        outbox.empty().forEach(attempt -> attempt.late(reason));
    }

    /** Everything that waits is late, connections are closed. */
    @Override
    public void close() {
        closed = true;
        prober.interrupt();
        release(whyNot());
        outbox.breakOff();
        probe.close();
        if (startMarkers != null) {
            startMarkers.close();
        }
    }
}

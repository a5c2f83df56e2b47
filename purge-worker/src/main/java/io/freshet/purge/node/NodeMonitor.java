package io.freshet.purge.node;

import io.freshet.fleet.node.Node;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitor of one node's health: a virtual thread that probes the node periodically and on request, and reads its
 * restart token.
 */
final class NodeMonitor implements AutoCloseable {

    /** Receiver of the results, on the monitor's thread. */
    interface HealthListener {

        /** The node has become healthy, or has ceased to be. */
        void healthChanged(NodeHealth health);

        /** A check has ended. */
        void checked();
    }

    private static final Logger log = LoggerFactory.getLogger(NodeMonitor.class);

    /** A failure that is not confirmed is checked again after this part of the interval. */
    private static final int CONFIRMATION_PART = 5;

    /** Pause before a requested check, which opens a connection: many refused purges request checks again and again. */
    private static final Duration PAUSE_BEFORE_REQUESTED = Duration.ofMillis(100);

    private final Node node;
    private final NodeProbe probe;
    private final @Nullable RestartTokenReader restartTokens;
    private final Duration interval;
    private final Clock clock;
    private final HealthListener listener;
    private final Thread thread;
    private volatile NodeHealth health;
    private volatile @Nullable ObservedRestartToken restartToken;
    private volatile boolean closed;

    /** Checks that have ended; this and the next two are guarded by this monitor. */
    private long checks;

    private boolean checking;

    /** Number of the check that has been requested. */
    private long requested;

    /**
     * @param restartTokens null if the node has none
     * @param interval between two checks
     */
    NodeMonitor(
            Node node,
            NodeProbe probe,
            @Nullable RestartTokenReader restartTokens,
            Duration interval,
            Clock clock,
            HealthListener listener) {
        this.node = node;
        this.probe = probe;
        this.restartTokens = restartTokens;
        this.interval = interval;
        this.clock = clock;
        this.listener = listener;
        this.health = new NodeHealth.Healthy(clock.instant());
        this.thread = Thread.ofVirtual().name("probe-" + node.id()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Returns the health by the last check. */
    NodeHealth health() {
        return health;
    }

    /** Returns the restart token that was read last; null if none was. */
    @Nullable
    ObservedRestartToken restartToken() {
        return restartToken;
    }

    /** Requests a check that begins after this call, without waiting for it. */
    void checkSoon() {
        requestCheck();
    }

    /** Returns the health by a check that begins after this call; waits for that check. */
    synchronized NodeHealth recheck() throws InterruptedException {
        long wanted = requestCheck();
        while (checks < wanted && !closed) {
            wait();
        }
        return health;
    }

    private synchronized long requestCheck() {
        long wanted = checks + (checking ? 2 : 1); // a running check does not count
        if (requested < wanted) {
            requested = wanted;
            notifyAll();
        }
        return wanted;
    }

    private void run() {
        while (!closed) {
            try {
                check();
                awaitNextCheck();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("{}: unexpected failure of a health check; it is repeated", node.id(), e);
                LockSupport.parkNanos(interval.toNanos());
            }
        }
    }

    private void check() throws InterruptedException {
        checkStarted();
        NodeHealth now = probe.check(health);
        if (now.isHealthy()) {
            readRestartToken(); // before the health tells that the node still has the purges it had
        }
        update(now);
        checkEnded();
        listener.checked();
    }

    private synchronized void checkStarted() {
        checking = true;
    }

    private synchronized void checkEnded() {
        checking = false;
        checks++;
        notifyAll();
    }

    private void readRestartToken() throws InterruptedException {
        if (restartTokens != null) {
            Instant before = clock.instant();
            String value = restartTokens.read();
            restartToken = value == null ? restartToken : new ObservedRestartToken(value, before);
        }
    }

    private void update(NodeHealth now) {
        NodeHealth before = health;
        health = now;
        if (now.isHealthy() != before.isHealthy()) {
            listener.healthChanged(now);
        }
    }

    private synchronized void awaitNextCheck() throws InterruptedException {
        long ended = System.nanoTime();
        while (!closed) {
            long left = pauseNanos() - (System.nanoTime() - ended);
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private long pauseNanos() {
        if (requested > checks && interval.compareTo(PAUSE_BEFORE_REQUESTED) > 0) {
            return PAUSE_BEFORE_REQUESTED.toNanos();
        }
        return probe.isFailureUnconfirmed() ? interval.toNanos() / CONFIRMATION_PART : interval.toNanos();
    }

    /** Ends the thread and a running check. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        synchronized (this) {
            notifyAll();
        }
        probe.abort();
        if (restartTokens != null) {
            restartTokens.close();
        }
    }
}

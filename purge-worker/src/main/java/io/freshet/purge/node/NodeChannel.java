package io.freshet.purge.node;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.ban.BanRate;
import io.freshet.purge.driver.BanJoiner;
import io.freshet.purge.driver.CacheInspector;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.http.PipelinedHttpConnection;
import io.freshet.purge.verify.PurgeVerifier;
import io.freshet.purge.verify.VerificationProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Channel to one node: a queue of purges, the connections that send them, and a health monitor. Every purge ends, with
 * an answer or as undelivered once the node is not healthy, so an unreachable node delays others only until its probes
 * have failed.
 */
public final class NodeChannel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeChannel.class);

    /** Looks over connections of their own at a time. */
    private static final int MAX_LOOKS = 8;

    private final Node node;
    private final PurgeDriver driver;
    private final PurgeVerifier verifier;
    private final NodeProperties properties;
    private final NodeReachability reachability;
    private final Peers peers;
    private final Clock clock;
    private final PurgeCounters counters;
    private final NodeConnector connector;
    private final PurgeQueue queue;
    private final BanRate banRate;
    private final BanQueue bans;
    private final NodeMonitor monitor;
    private final PurgeTarget target = new Target();
    private final Peers.NodeLoad load = new Load();
    private final Semaphore looks = new Semaphore(MAX_LOOKS);
    private volatile long lastResponse = System.nanoTime();
    private volatile boolean closed;

    /**
     * Opens the channel and starts to probe the node.
     *
     * @param reachability of all nodes from this worker
     * @param peers of the node's tier
     */
    public NodeChannel(
            Node node,
            NodeProperties properties,
            VerificationProperties verification,
            NodeReachability reachability,
            Peers peers,
            MeterRegistry meters,
            Clock clock) {
        this.node = node;
        this.driver = PurgeDriver.of(node);
        this.verifier = new PurgeVerifier(node, driver, verification);
        this.properties = properties;
        this.reachability = reachability;
        this.peers = peers;
        this.clock = clock;
        this.counters = new PurgeCounters(meters, node.id());
        this.connector = new NodeConnector(node, driver, properties);
        this.queue = new PurgeQueue(properties, this::newSender);
        this.banRate = new BanRate(properties.maxBansPerMinute());
        this.bans = new BanQueue(banRate, new BanSender());
        this.monitor = newMonitor();
        reachability.add(node.id());
        peers.add(load);
        monitor.start();
    }

    private PurgeSender newSender() {
        return new PurgeSender(target, queue, connector.forPurges());
    }

    private NodeMonitor newMonitor() {
        NodeProbe probe = new NodeProbe(
                node, driver, verifier, connector.forProbes(), properties.probeFailures(), reachability, clock);
        Driver.RestartToken token = driver.restartToken();
        RestartTokenReader tokens =
                token == null ? null : new RestartTokenReader(node, token, properties.probeTimeout());
        return new NodeMonitor(node, probe, tokens, properties.probeInterval(), clock, new HealthChangeHandler());
    }

    public Node node() {
        return node;
    }

    public PurgeDriver driver() {
        return driver;
    }

    /** Returns the number of objects of each refresh whose purges are verified on this node. */
    public int verifiedObjects() {
        return verifier.objects();
    }

    /** Returns whether a soft refresh marks copies as stale on this node; else it deletes some of them. */
    public boolean marksStale(RefreshCommand command) {
        return driver.marksStale(command.selector(), verifier.configuration()) && !command.namesSubdomains();
    }

    /** Returns the node's health by its last check. */
    public NodeHealth health() {
        return monitor.health();
    }

    /** Returns the node's health by a check that begins after this call; may take as long as a probe. */
    public NodeHealth recheck() throws InterruptedException {
        return monitor.recheck();
    }

    /** Returns the node's restart token that was read last; null if none was, or its driver has none. */
    public @Nullable ObservedRestartToken observedRestartToken() {
        return monitor.restartToken();
    }

    /**
     * Drops the node's whole cache, concurrently with the purges that are sent to it.
     *
     * @return empty if the driver has no request for it
     * @throws IOException if the node does not answer
     */
    public Optional<PurgeOutcome> flush() throws IOException {
        PurgeRequest request = driver.flush();
        if (request == null) {
            return Optional.empty();
        }
        try (PipelinedHttpConnection connection = connector.forFlush()) {
            return Optional.of(driver.outcome(NodeConnector.answer(connection.send(request.encoded()))));
        }
    }

    /**
     * Sends a request of the node's inspector, beside the purges that are sent to the node. A probe over the same
     * connection goes first: an older configuration would take the request for a purge.
     *
     * @throws NotInspectableException if the node's configuration does not know such requests
     * @throws IOException if the node does not answer
     */
    public PurgeAnswer inspect(CacheInspector inspector, PurgeRequest request)
            throws IOException, NotInspectableException {
        try (PipelinedHttpConnection connection = connector.forLooks(inspector.detailHeaders())) {
            PurgeAnswer probe =
                    NodeConnector.answer(connection.send(driver.probe().encoded()));
            switch (driver.outcome(probe)) {
                case PurgeOutcome.Refused refused -> throw new NotInspectableException(refused.answer());
                case PurgeOutcome.Busy busy -> throw new NotInspectableException(busy.answer());
                case PurgeOutcome.Gone _ -> {
                    if (inspector.configuration(probe) == null) {
                        throw new NotInspectableException(inspector.remedy());
                    }
                }
            }
            return NodeConnector.answer(connection.send(request.encoded()));
        }
    }

    /**
     * Queues a purge, or reports it as undelivered at once if the node is not healthy. Never blocks: the callers bound
     * the purges in flight.
     */
    public void send(PurgeAttempt attempt) {
        if (attempt.isCancelled() && attempt.unverified == null) {
            attempt.cancelled();
        } else if (!isOpen()) {
            undelivered(attempt);
        } else if (attempt.isBan() && driver.banJoiner() != null && attempt.unverified == null) {
            bans.add(attempt);
        } else {
            queue.add(attempt);
        }
    }

    /** Returns the number of bans that the node has received within the last minute; 0 if it takes none. */
    public int bansOfLastMinute() {
        return banRate.lastMinute();
    }

    /** Ends the purges that wait and were cancelled. */
    public void dropCancelled() {
        bans.removeCancelled().forEach(PurgeAttempt::cancelled);
        queue.removeCancelled().forEach(PurgeAttempt::cancelled);
    }

    private boolean isOpen() {
        return health().isHealthy() && !closed;
    }

    private void undelivered(PurgeAttempt attempt) {
        counters.undelivered();
        attempt.undelivered(reasonForNotSending());
    }

    private NodeHealth reasonForNotSending() {
        return closed ? slow("the worker is stopping") : health();
    }

    private NodeHealth slow(String cause) {
        return new NodeHealth.Slow(clock.instant(), cause);
    }

    private void release(NodeHealth reason) {
        bans.drain().forEach(attempt -> attempt.undelivered(reason));
        queue.drain().forEach(attempt -> attempt.undelivered(reason));
    }

    /** Reports all waiting purges as undelivered, and closes the connections. */
    @Override
    public void close() {
        closed = true;
        bans.close();
        release(reasonForNotSending());
        queue.abort();
        monitor.close();
        peers.remove(load);
    }

    /** Returns whether the channel was closed, so that it takes no more purges. */
    public boolean isClosed() {
        return closed;
    }

    /** Removes what is known and measured of a node that is not part of the fleet any more, after the close. */
    public void forget() {
        reachability.remove(node.id());
        counters.remove();
    }

    private final class Load implements Peers.NodeLoad {

        @Override
        public boolean isIdle() {
            return health().isHealthy() && queue.isEmpty() && bans.isEmpty();
        }
    }

    private final class Target implements PurgeTarget {

        @Override
        public String id() {
            return node.id();
        }

        @Override
        public PurgeDriver driver() {
            return driver;
        }

        @Override
        public PurgeVerifier verifier() {
            return verifier;
        }

        @Override
        public void look(PurgeAttempt attempt, Consumer<PurgeAnswer> answered) {
            Thread.startVirtualThread(() -> {
                PurgeAnswer answer;
                try {
                    answer = lookApart(verifier.look(attempt.purge()));
                } catch (IOException e) {
                    failed(attempt, "it does not answer a look: " + e);
                    return;
                }
                answered.accept(answer);
            });
        }

        private PurgeAnswer lookApart(PurgeRequest request) throws IOException {
            looks.acquireUninterruptibly();
            try (PipelinedHttpConnection connection = connector.forProbes()) {
                return NodeConnector.answer(connection.send(request.encoded()));
            } finally {
                looks.release();
            }
        }

        @Override
        public boolean isOpen() {
            return NodeChannel.this.isOpen();
        }

        @Override
        public void responded() {
            lastResponse = System.nanoTime();
            reachability.answered(node.id());
        }

        @Override
        public void answered(PurgeAttempt attempt, PurgeOutcome.Final outcome) {
            if (attempt instanceof JoinedBan) {
                attempt.answered(outcome); // its parts count
                return;
            }
            counters.answered(outcome);
            if (!(outcome instanceof PurgeOutcome.Gone)) {
                monitor.checkSoon(); // it may be the same for all purges
            }
            attempt.answered(outcome);
        }

        /** Sends the purge again after a delay, unless it has been failing for too long on a healthy node. */
        @Override
        public void failed(PurgeAttempt attempt, String cause) {
            counters.failed();
            monitor.checkSoon();
            if (!isOpen()) {
                undelivered(attempt);
            } else if (System.nanoTime() - attempt.startedAt
                    > properties.slowTimeout().toNanos()) {
                counters.postponed();
                attempt.postponed(cause);
            } else {
                sendAfter(attempt.nextBackoffMillis(), attempt);
            }
        }

        private void sendAfter(long millis, PurgeAttempt attempt) {
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                    .execute(() -> send(attempt));
        }

        @Override
        public void undelivered(PurgeAttempt attempt) {
            NodeChannel.this.undelivered(attempt);
        }
    }

    private final class BanSender implements BanQueue.BanTarget {

        /** An older configuration would take the requests for others. */
        @Override
        public @Nullable BanJoiner joiner() {
            return verifier.configuration() == null ? null : driver.banJoiner();
        }

        @Override
        public void send(PurgeAttempt attempt) {
            if (isOpen()) {
                queue.add(attempt);
            } else {
                undelivered(attempt);
            }
        }

        @Override
        public PurgeAttempt join(List<JoinedBan.Member> parts) {
            return new JoinedBan(requireNonNull(driver.banJoiner()), parts, this::send, this::confirm);
        }

        private void confirm(PurgeAttempt attempt, PurgeOutcome.Gone outcome, long purgedAt) {
            if (target.isLookedAt(attempt)) {
                attempt.purgedAt = purgedAt;
                attempt.unverified = outcome;
                queue.addFirst(attempt);
            } else {
                target.answered(attempt, outcome);
            }
        }

        @Override
        public List<PurgeAnswer> answers(List<PurgeRequest> requests) throws IOException {
            BanJoiner joiner = requireNonNull(driver.banJoiner());
            try (PipelinedHttpConnection connection = connector.forBans(joiner.headers())) {
                return connection
                        .sendAll(requests.stream().map(PurgeRequest::encoded).toList())
                        .stream()
                        .map(NodeConnector::answer)
                        .toList();
            }
        }

        @Override
        public void failed(PurgeAttempt attempt, String cause) {
            attempt.startedAt = attempt.isRetry() ? attempt.startedAt : System.nanoTime();
            target.failed(attempt, cause);
        }
    }

    private final class HealthChangeHandler implements NodeMonitor.HealthListener {

        @Override
        public void healthChanged(NodeHealth health) {
            if (health.isHealthy()) {
                log.info("{} is reachable again", node.id());
            } else {
                log.warn("{} {}", node.id(), health.reason());
                release(health);
                queue.abort(); // purges without an answer are undelivered, too
            }
        }

        /** Releases purges that wait too long, unless the whole tier is busy: the worker waits for a slow tier. */
        @Override
        public void checked() {
            long slowNanos = properties.slowTimeout().toNanos();
            if (queue.waitedNanos(slowNanos) <= slowNanos) {
                return;
            }
            boolean isStuck = System.nanoTime() - lastResponse > slowNanos;
            if (isStuck || peers.isAnotherIdle(load)) {
                log.warn(
                        "{} has not received purges for {}; the node is lagging until they are sent again",
                        node.id(),
                        properties.slowTimeout());
                release(slow("purges have waited for more than "
                        + properties.slowTimeout().toSeconds() + " s"));
            }
        }
    }
}

package io.freshet.purge.delivery;

import io.freshet.purge.node.NodeChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one node owes, in memory and in order: as soon as the node is usable it gets all of it, and its children get it again, since they may
 * have refetched the node's old copies meanwhile. Forgotten when the worker ends; then the objects stay reported as missing.
 */
final class Backlog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Backlog.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    /** A usable node that refuses an object so often will not take it. */
    private static final int MAX_REFUSALS = 5;

    private final NodeChannel node;
    private final Tiers tiers;
    private final Backlogs backlogs;
    private final ProgressReports reports;
    private final int maxObjects;
    private final Deque<Debt> debts = new ArrayDeque<>();
    private final Thread thread;
    private int objects;
    private @Nullable Instant overflowedAt;

    /**
     * @param maxObjects more than these are not remembered
     */
    Backlog(NodeChannel node, Tiers tiers, Backlogs backlogs, ProgressReports reports, int maxObjects) {
        this.node = node;
        this.tiers = tiers;
        this.backlogs = backlogs;
        this.reports = reports;
        this.maxObjects = maxObjects;
        this.thread = Thread.ofVirtual().name("catch-up-" + node.node().id()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    synchronized void add(Debt debt) {
        if (objects + debt.size() > maxObjects) {
            if (overflowedAt == null) {
                overflowedAt = debt.refresh().acceptedAt();
                log.error(
                        "{} owes more than {} objects. What comes now is not remembered: flush the node and restart this worker",
                        node.node().id(),
                        maxObjects);
            }
            return;
        }
        debts.addLast(debt);
        objects += debt.size();
        notifyAll();
    }

    /** Commands of a partition that are owed. */
    synchronized long owedRecords(int partition) {
        return debts.stream()
                .filter(debt -> debt.refresh().partition() == partition)
                .count();
    }

    /** When the oldest command that is owed on a partition was accepted. */
    synchronized Optional<Instant> oldestOwed(int partition) {
        return debts.stream()
                .filter(debt -> debt.refresh().partition() == partition)
                .map(debt -> debt.refresh().acceptedAt())
                .min(Instant::compareTo);
    }

    /** Since when commands were owed that were not remembered; such a node is never in sync again before the worker is restarted. */
    synchronized Optional<Instant> overflowedAt() {
        return Optional.ofNullable(overflowedAt);
    }

    synchronized int objects() {
        return objects;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Debt debt = next();
                if (node.standing().isUsable()) {
                    payOff(debt);
                } else {
                    TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The oldest debt, which stays in the list until it is paid off: so the node is late as long as it owes anything. */
    private synchronized Debt next() throws InterruptedException {
        while (debts.isEmpty()) {
            wait();
        }
        return debts.getFirst();
    }

    private void payOff(Debt debt) throws InterruptedException {
        Pass pass = pass(debt.refresh(), debt.objects(), List.of(node));
        BitSet left = pass.owed().getOrDefault(node.node().id(), new BitSet());
        BitSet delivered = (BitSet) debt.objects().clone();
        delivered.andNot(left);
        if (!delivered.isEmpty()) {
            purgeChildrenAgain(debt.refresh(), delivered);
        }
        reports.publish(debt.refresh());
        boolean refused =
                !pass.refusedBy(node.node().id()).isEmpty() && node.standing().isUsable();
        replaceFirst(debt, remaining(debt, left, refused));
        if (refused) {
            TimeUnit.SECONDS.sleep(1L << debt.refusals());
        }
    }

    private @Nullable Debt remaining(Debt debt, BitSet left, boolean refused) {
        int refusals = debt.refusals() + (refused ? 1 : 0);
        if (left.isEmpty()) {
            return null;
        }
        if (refusals >= MAX_REFUSALS) {
            log.error(
                    "{} refuses {} objects of task {} for good",
                    node.node().id(),
                    left.cardinality(),
                    debt.refresh().command().taskId());
            return null;
        }
        return new Debt(debt.refresh(), left, refusals);
    }

    private void purgeChildrenAgain(Refresh refresh, BitSet delivered) throws InterruptedException {
        for (List<NodeChannel> tier : tiers.below(node)) {
            pass(refresh, delivered, tier)
                    .owed()
                    .forEach((child, owed) -> backlogs.owe(child, new Debt(refresh, owed)));
        }
    }

    private Pass pass(Refresh refresh, BitSet objects, List<NodeChannel> nodes) throws InterruptedException {
        Pass pass = Pass.start(refresh, objects, nodes);
        while (!pass.await(REPORT_EVERY)) {
            reports.publish(refresh);
        }
        return pass;
    }

    /** One that was refused goes to the end, so that the others need not wait for it. */
    private synchronized void replaceFirst(Debt paid, @Nullable Debt remaining) {
        debts.removeFirst();
        objects -= paid.size();
        if (remaining != null) {
            if (remaining.refusals() > paid.refusals()) {
                debts.addLast(remaining);
            } else {
                debts.addFirst(remaining);
            }
            objects += remaining.size();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

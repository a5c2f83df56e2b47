package io.freshet.purge.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queue of the purges for one node, fair between accounts. Starts workers that empty it, each with a connection. A
 * connection sends purges of one account at a time, so that a purge never waits behind another account's on a
 * connection; every account with purges has a connection, as long as the limit of connections allows one more.
 */
final class PurgeQueue {

    /** Worker that takes purges from the queue on its own thread. */
    interface QueueWorker {

        void start();

        /** Ends the worker soon. It must complete or requeue every purge that it has taken. */
        void abort();
    }

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Part of the stalled connections that one account may have. */
    private static final int STALLED_PART = 4;

    private final NodeProperties properties;
    private final Supplier<? extends QueueWorker> newWorker;
    private final Set<QueueWorker> workers = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();

    /** Accounts with purges or connections; the one that was served last is at the end. Guarded by the lock. */
    private final Map<String, AccountQueue> accounts = new LinkedHashMap<>();

    private int waiting;
    private int active;

    /** Active workers that have an assignment; the others are about to take one. */
    private int assigned;

    private int idle;
    private int stalled;

    PurgeQueue(NodeProperties properties, Supplier<? extends QueueWorker> newWorker) {
        this.properties = properties;
        this.newWorker = newWorker;
    }

    /** Adds a purge. Never blocks: the callers bound the purges in flight. */
    void add(PurgeAttempt attempt) {
        attempt.queuedAt = System.nanoTime();
        lock.lock();
        try {
            account(attempt.account()).add(attempt);
            waiting++;
            wakeWorker();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a purge before all others of its account. Never blocks. */
    void addFirst(PurgeAttempt attempt) {
        attempt.queuedAt = System.nanoTime();
        requeue(List.of(attempt));
    }

    /** Returns taken purges of one account to the head of its queue, in their order. */
    void requeue(List<PurgeAttempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            account(attempts.getFirst().account()).addFirst(attempts);
            waiting += attempts.size();
            wakeWorker();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Assigns the caller's connection to an account whose purges wait; waits until there is one.
     *
     * @return null if there was none for so long that the worker must end
     */
    @Nullable
    Assignment take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            String name = nextAccount();
            idle++;
            try {
                for (long left = IDLE_NANOS; name == null; name = nextAccount()) {
                    if (left <= 0) {
                        return null;
                    }
                    left = added.awaitNanos(left);
                }
            } finally {
                idle--;
            }
            return assign(name);
        } finally {
            lock.unlock();
        }
    }

    private Assignment assign(String name) {
        AccountQueue account = account(name);
        accounts.remove(name);
        accounts.put(name, account); // to the end
        account.connections++;
        assigned++;
        List<PurgeAttempt> taken = takeShare(account, 1, properties.maxPipelinedRequests());
        wakeWorker(); // for other accounts
        return new Assignment(name, account, taken);
    }

    /** Takes some purges, and of the others an equal share for each connection, so that none waits for another. */
    private List<PurgeAttempt> takeShare(AccountQueue account, int min, int max) {
        int share = min + Math.ceilDiv(Math.max(0, account.size() - min), connectionsPerAccount());
        List<PurgeAttempt> taken = account.take(Math.min(share, max));
        waiting -= taken.size();
        return taken;
    }

    private AccountQueue account(String name) {
        return accounts.computeIfAbsent(name, _ -> new AccountQueue());
    }

    /** Returns an account with waiting purges that may have another connection; one without any first. */
    private @Nullable String nextAccount() {
        String next = null;
        int fewest = connectionsPerAccount();
        if (waiting > 0) {
            for (Map.Entry<String, AccountQueue> entry : accounts.entrySet()) {
                AccountQueue account = entry.getValue();
                if (account.size() > 0 && account.connections < fewest) {
                    next = entry.getKey();
                    fewest = account.connections;
                    if (fewest == 0) {
                        break;
                    }
                }
            }
        }
        return next;
    }

    private int connectionsPerAccount() {
        return Math.ceilDiv(properties.maxConnections(), Math.max(1, accounts.size()));
    }

    /** Returns whether a connection of the account must go to another one, which has less than its share. */
    private boolean mustYield(AccountQueue account) {
        if (waiting == account.size()) {
            return false;
        }
        boolean isOverShare = account.connections > connectionsPerAccount();
        return isOverShare || active >= 2 * properties.maxConnections() && isStarving(nextAccount());
    }

    private boolean isStarving(@Nullable String name) {
        return name != null && account(name).connections == 0;
    }

    /** Wakes or starts a worker if an account may have another connection. */
    private void wakeWorker() {
        if (idle > 0) {
            added.signal();
            return;
        }
        String next = active < 2 * properties.maxConnections() ? nextAccount() : null;
        boolean isOneMoreAllowed = active < properties.maxConnections() || assigned >= active && isStarving(next);
        if (next != null && isOneMoreAllowed) {
            active++;
            QueueWorker worker = newWorker.get();
            workers.add(worker);
            worker.start();
        }
    }

    /**
     * Forgets a worker that has ended.
     *
     * @param wasStalled whether its last assignment was replaced
     */
    void workerEnded(QueueWorker worker, boolean wasStalled) {
        workers.remove(worker);
        lock.lock();
        try {
            active -= wasStalled ? 0 : 1;
            wakeWorker(); // a purge may have come after the worker's last poll
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return waiting == 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns for how long purges have waited because the node is slow. Purges that wait because others of their
     * account have stalled within the given time do not count: the objects are at fault, not the node.
     */
    long waitedNanos(long stallMemoryNanos) {
        long now = System.nanoTime();
        lock.lock();
        try {
            return accounts.values().stream()
                    .mapToLong(account -> account.waitedForNode(now, stallMemoryNanos))
                    .max()
                    .orElse(0);
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the waiting purges that were cancelled. */
    List<PurgeAttempt> removeCancelled() {
        lock.lock();
        try {
            List<PurgeAttempt> cancelled = new ArrayList<>();
            accounts.values().forEach(account -> account.removeCancelled(cancelled));
            waiting -= cancelled.size();
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns all waiting purges. */
    List<PurgeAttempt> drain() {
        lock.lock();
        try {
            List<PurgeAttempt> all = new ArrayList<>(waiting);
            accounts.values().forEach(account -> all.addAll(account.take(account.size())));
            accounts.values().removeIf(AccountQueue::isUnused);
            waiting = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Aborts all workers. */
    void abort() {
        workers.forEach(QueueWorker::abort);
    }

    /** Assignment of a worker's connection to an account. For the worker's thread only. */
    final class Assignment implements AutoCloseable {

        private final String name;
        private final AccountQueue account;
        private final List<PurgeAttempt> first;
        private boolean isStalled;

        private Assignment(String name, AccountQueue account, List<PurgeAttempt> first) {
            this.name = name;
            this.account = account;
            this.first = first;
        }

        /** Returns the first purges to send, at least one. */
        List<PurgeAttempt> first() {
            return first;
        }

        /** Takes more purges of the account; none if it has more than its share of the connections. */
        List<PurgeAttempt> poll(int max) {
            lock.lock();
            try {
                return mustYield(account) ? List.of() : takeShare(account, 0, max);
            } finally {
                lock.unlock();
            }
        }

        /**
         * Allows another worker in place of this one, whose connection is stalled.
         *
         * @return false if too many are stalled, of this account or of all; if true, the worker must end after its
         *     answer
         */
        boolean replaceStalled() {
            lock.lock();
            try {
                account.noteStall();
                int max = properties.maxStalledConnections();
                if (stalled >= max || account.stalled >= Math.ceilDiv(max, STALLED_PART)) {
                    return false;
                }
                isStalled = true;
                stalled++;
                account.stalled++;
                active--;
                assigned--;
                account.connections--;
                wakeWorker();
                return true;
            } finally {
                lock.unlock();
            }
        }

        boolean isStalled() {
            return isStalled;
        }

        /** Ends the assignment. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (isStalled) {
                    stalled--;
                    account.stalled--;
                } else {
                    assigned--;
                    account.connections--;
                }
                if (account.isUnused()) {
                    accounts.remove(name, account);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}

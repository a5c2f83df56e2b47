package io.freshet.purge.dispatch;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Weighted semaphore that bounds the purges in flight over all refreshes, and so the worker's memory. One permit is one
 * object for one node. It is fair between accounts: permits go to the waiting account that holds the fewest, and an
 * account never holds more than half of what the others leave, so that a small refresh does not wait behind a bulk.
 */
public final class InFlightLimiter {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();

    /** Permits that each account holds; accounts without any are left out. */
    private final Map<String, Integer> held = new HashMap<>();

    /** Waiting refreshes by account, in the order of the calls. */
    private final Map<String, Deque<Waiter>> waiters = new LinkedHashMap<>();

    private int inFlight;

    private static final class Waiter {
        private final int permits;
        private final Condition condition;
        private boolean granted;

        Waiter(int permits, Condition condition) {
            this.permits = permits;
            this.condition = condition;
        }
    }

    /** @param capacity in purges, at least 1 */
    public InFlightLimiter(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Waits for permits. Refreshes of one account get theirs in the order of the calls. A refresh larger than the
     * account's share waits until the account holds none.
     *
     * @param account that the refresh belongs to
     */
    public void acquire(String account, int purges) throws InterruptedException {
        if (purges == 0) {
            return;
        }
        lock.lockInterruptibly();
        try {
            Waiter waiter = new Waiter(permitsFor(purges), lock.newCondition());
            waiters.computeIfAbsent(account, _ -> new ArrayDeque<>()).add(waiter);
            grant();
            await(account, waiter);
        } finally {
            lock.unlock();
        }
    }

    private void await(String account, Waiter waiter) throws InterruptedException {
        try {
            while (!waiter.granted) {
                waiter.condition.await();
            }
        } catch (InterruptedException e) {
            if (waiter.granted) {
                giveBack(account, waiter.permits);
            } else {
                removeWaiter(account, waiter);
            }
            grant();
            throw e;
        }
    }

    /** Returns the permits of one {@link #acquire} of the same account and size. */
    public void release(String account, int purges) {
        if (purges == 0) {
            return;
        }
        lock.lock();
        try {
            giveBack(account, permitsFor(purges));
            grant();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(String account, int permits) {
        inFlight -= permits;
        held.computeIfPresent(account, (_, count) -> count == permits ? null : count - permits);
    }

    private void grant() {
        for (String account = nextAccount(); account != null; account = nextAccount()) {
            Waiter waiter = firstOf(account);
            waiter.granted = true;
            inFlight += waiter.permits;
            held.merge(account, waiter.permits, Integer::sum);
            removeWaiter(account, waiter);
            waiter.condition.signal();
        }
    }

    private void removeWaiter(String account, Waiter waiter) {
        waiters.computeIfPresent(account, (_, queue) -> {
            queue.remove(waiter);
            return queue.isEmpty() ? null : queue;
        });
    }

    /** Returns the waiting account that holds the fewest permits, if its first refresh may have permits now. */
    private @Nullable String nextAccount() {
        return waiters.keySet().stream()
                .filter(this::mayHaveMore)
                .min(Comparator.comparingInt(account -> held.getOrDefault(account, 0)))
                .filter(account -> inFlight + firstOf(account).permits <= capacity)
                .orElse(null);
    }

    /** Returns whether an account's next refresh is within its share: half of what the others leave. */
    private boolean mayHaveMore(String account) {
        int own = held.getOrDefault(account, 0);
        int leftByOthers = capacity - (inFlight - own);
        return own == 0 || own + firstOf(account).permits <= leftByOthers / 2;
    }

    private Waiter firstOf(String account) {
        return requireNonNull(waiters.get(account)).getFirst();
    }

    private int permitsFor(int purges) {
        return Math.min(purges, capacity);
    }

    /** Returns the number of permits that are taken now. */
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }
}

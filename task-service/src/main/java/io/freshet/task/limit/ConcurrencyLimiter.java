package io.freshet.task.limit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limiter of the work in progress, in total and per account. Work waits in order of arrival for a permit of its account
 * first, so that what one account has waiting takes nothing from the others.
 */
public final class ConcurrencyLimiter {

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final String subject;
    private final int perAccount;
    private final Semaphore total;
    /** By account; bounded by the accounts that the gateways know. */
    private final Map<String, Semaphore> accounts = new ConcurrentHashMap<>();

    /**
     * Creates a limiter.
     *
     * @param subject plural noun of the work, for messages
     * @param total permits of all accounts
     * @param perAccount permits of each account
     */
    public ConcurrencyLimiter(String subject, int total, int perAccount) {
        this.subject = subject;
        this.perAccount = perAccount;
        this.total = new Semaphore(total, true);
    }

    /** Permit to work; closing it returns it. */
    public interface Permit extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Waits for a permit.
     *
     * @throws OverloadedException if there is none within a second
     */
    public Permit acquire(String account) {
        Semaphore own = accounts.computeIfAbsent(account, _ -> new Semaphore(perAccount, true));
        acquire(own, "the account has " + perAccount + ' ' + subject + " in progress");
        try {
            acquire(total, "too many " + subject + " are in progress");
        } catch (OverloadedException e) {
            own.release();
            throw e;
        }
        return () -> {
            total.release();
            own.release();
        };
    }

    private static void acquire(Semaphore permits, String reason) {
        try {
            if (permits.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OverloadedException(reason);
    }
}

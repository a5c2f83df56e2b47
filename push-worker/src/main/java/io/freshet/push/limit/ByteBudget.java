package io.freshet.push.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Rate of bytes at which an origin is asked for objects. A node fetches an object as fast as the origin sends it,
 * however slowly its client reads. So a request begins only when the bytes of all former ones are paid, and pays for
 * its own at once: by the average size at first, by {@code Content-Length} once that is known.
 */
final class ByteBudget {

    /** Part of a second that an object is believed to take while no size is known. */
    private static final double FIRST_OBJECT = 1.0 / 16;

    private static final double SMOOTHING = 0.2;

    private final RateLimit rate;
    private final long perSecond;
    private final TimeMeter clock;
    private double averageSize;

    /**
     * Creates a budget.
     *
     * @param perSecond at least 1
     */
    ByteBudget(long perSecond, TimeMeter clock) {
        this.rate = new RateLimit(perSecond, clock);
        this.perSecond = perSecond;
        this.clock = clock;
        this.averageSize = Math.max(1, perSecond * FIRST_OBJECT);
    }

    /** Returns the time until a request may begin, unless others begin one meanwhile. */
    Duration untilNext() {
        return rate.untilNext();
    }

    /** Begins a request; null if those before are not paid yet. */
    synchronized @Nullable Reservation tryReserve() {
        return rate.untilNext().isPositive() ? null : new Reservation((long) averageSize);
    }

    private synchronized void addToAverage(long size) {
        averageSize = Math.max(1, averageSize + (size - averageSize) * SMOOTHING);
    }

    /** Bytes of one request. One thread uses it. */
    final class Reservation {

        private final long startedAt = clock.currentTimeNanos();
        private long paid;
        private long read;

        private Reservation(long expected) {
            pay(expected);
        }

        private void pay(long bytes) {
            if (bytes > 0) {
                rate.debtAfter(bytes);
                paid += bytes;
            }
        }

        /** Notes the length of the body. */
        void expect(long length) {
            if (length > paid) {
                pay(length - paid);
            }
        }

        /** Counts bytes that were read, and returns the time to wait: a body is read no faster than the rate. */
        Duration debtAfter(int count) {
            read += count;
            expect(read);
            double seconds = (double) read / perSecond - 1;
            long early = (long) (seconds * 1e9) - (clock.currentTimeNanos() - startedAt);
            return early > 0 ? Duration.ofNanos(early) : Duration.ZERO;
        }

        /** Ends the request, and gives back what it has not read. */
        void end() {
            if (paid > read) {
                rate.giveBack(paid - read);
            }
            addToAverage(read);
        }
    }
}

package io.freshet.push.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Rates of requests and of bytes, each of which may be unlimited. */
final class RateLimits {

    private final @Nullable RateLimit requests;
    private final @Nullable RateLimit bytes;

    /**
     * Creates the rates.
     *
     * @param requestsPerSecond 0 for unlimited
     * @param bytesPerSecond 0 for unlimited
     */
    RateLimits(long requestsPerSecond, long bytesPerSecond, TimeMeter clock) {
        this.requests = requestsPerSecond == 0 ? null : new RateLimit(requestsPerSecond, clock);
        this.bytes = bytesPerSecond == 0 ? null : new RateLimit(bytesPerSecond, clock);
    }

    /** Begins a request, and waits until the rate allows it. */
    void request() throws InterruptedException {
        if (requests != null) {
            sleep(requests.debtAfter(1));
        }
    }

    /** Counts bytes that were read, and returns the time to wait before more may be read. */
    Duration debtAfter(int count) {
        return bytes == null ? Duration.ZERO : bytes.debtAfter(count);
    }

    private static void sleep(Duration time) throws InterruptedException {
        if (time.isPositive()) { // a sleep of 0 is a yield
            Thread.sleep(time);
        }
    }
}

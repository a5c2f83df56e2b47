package io.freshet.push.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** Stands still until it is told to pass. */
final class Time implements TimeMeter {

    private long nanos;

    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
        return nanos;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}

package io.freshet.gateway.request.canonical;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Validation of the start times of pushes. */
@Component
class PushStart {

    private static final Duration MAX_AHEAD = Duration.ofDays(7);

    /** Tolerance for clocks that differ, and for requests that took their time. */
    private static final Duration MAX_PAST = Duration.ofMinutes(1);

    private final Clock clock;

    PushStart(Clock clock) {
        this.clock = clock;
    }

    /**
     * Returns the start in milliseconds; null if the push starts at once.
     *
     * @throws ProblemException if the start has passed, or is too far ahead
     */
    @Nullable
    Instant read(@Nullable Instant startAt) {
        if (startAt == null) {
            return null;
        }
        Instant now = clock.instant();
        if (startAt.isBefore(now.minus(MAX_PAST))) {
            throw invalid(
                    "has passed; it is now " + now.truncatedTo(ChronoUnit.SECONDS) + ". Leave it out to push at once");
        }
        if (startAt.isAfter(now.plus(MAX_AHEAD))) {
            throw invalid("is more than " + MAX_AHEAD.toDays() + " days ahead; it is now "
                    + now.truncatedTo(ChronoUnit.SECONDS));
        }
        return startAt.truncatedTo(ChronoUnit.MILLIS);
    }

    private static ProblemException invalid(String detail) {
        return ProblemException.invalid(Violation.at("/startAt", detail));
    }
}

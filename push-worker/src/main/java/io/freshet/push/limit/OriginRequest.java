package io.freshet.push.limit;

import io.freshet.push.fetch.BodySink;
import io.freshet.push.fetch.FetchOutcome;
import io.freshet.push.fetch.FetchOutcome.Retryable;
import io.freshet.push.fetch.ReadThrottle;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request in flight that a {@link TaskLimiter} has let begin. Its user closes it at its end. */
public final class OriginRequest implements AutoCloseable, ReadThrottle {

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

    private final OriginLimiter origin;
    private final boolean measuresOrigin;
    private final long startedAt;
    private final ByteBudget.@Nullable Reservation bytes;
    private final Runnable end;
    private boolean answered;

    /**
     * Creates a request that has begun.
     *
     * @param measuresOrigin whether its latency is the origin's
     * @param bytes of the limits of the task's request; null if these have none
     * @param end is run at the end
     */
    OriginRequest(
            OriginLimiter origin,
            boolean measuresOrigin,
            long startedAt,
            ByteBudget.@Nullable Reservation bytes,
            Runnable end) {
        this.origin = origin;
        this.measuresOrigin = measuresOrigin;
        this.startedAt = startedAt;
        this.bytes = bytes;
        this.end = end;
    }

    /** Counts bytes that were read, and waits until more may be read: what was read is paid back first. */
    @Override
    public Duration taken(int count) throws InterruptedException {
        Duration debt = debtAfter(count);
        if (debt.isPositive()) { // a sleep of 0 is a yield
            Thread.sleep(debt);
        }
        return debt;
    }

    private Duration debtAfter(int count) {
        Duration debt = origin.debtAfter(count);
        if (bytes == null) {
            return debt;
        }
        Duration own = bytes.debtAfter(count);
        return own.compareTo(debt) > 0 ? own : debt;
    }

    /** Returns a sink for the response by which the origin's latency is measured. */
    public BodySink timed(BodySink sink) {
        return new BodySink() {
            @Override
            public void start(int status, UnaryOperator<@Nullable String> header) {
                answered(header.apply("Content-Length"));
                sink.start(status, header);
            }

            @Override
            public boolean takesBody() {
                return sink.takesBody();
            }

            @Override
            public void write(byte[] buffer, int offset, int length) {
                sink.write(buffer, offset, length);
            }
        };
    }

    private void answered(@Nullable String contentLength) {
        answered = true;
        if (measuresOrigin) {
            origin.answered(startedAt);
        }
        if (bytes != null
                && contentLength != null
                && LENGTH.matcher(contentLength).matches()) {
            bytes.expect(Long.parseLong(contentLength));
        }
    }

    /** Notes the outcome: whether the origin is overloaded, or has not answered. */
    public void ended(FetchOutcome outcome) {
        if (outcome instanceof Retryable failed) {
            if (failed.isOverloaded()) {
                origin.overloaded(startedAt, failed.status(), failed.after());
            } else if (measuresOrigin && failed.status() == 0 && !answered) {
                origin.unanswered(startedAt);
            }
        }
    }

    @Override
    public void close() {
        if (bytes != null) {
            bytes.end();
        }
        origin.end();
        end.run();
    }
}

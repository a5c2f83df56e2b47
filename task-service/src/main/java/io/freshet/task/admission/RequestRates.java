package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.task.storage.Chore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many requests each account makes, in minutes of the clock. What counts is what is granted, so that a minute grants exactly as many as it
 * may, whichever gateways they come from. Groups are counted by {@link PlainAdmissions}.
 */
@Component
class RequestRates implements Chore {

    private static final Duration KEPT = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final Clock clock;

    RequestRates(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Counts the request if there is room for it, and tells whether there was. */
    boolean grant(AdmissionRequest request) {
        if (request.requestsPerMinute() == null) {
            return true;
        }
        return jdbc.sql("""
                        insert into request_rate as r (account, minute, requests, most) values (:account, :minute, 1, :most)
                        on conflict (account, minute) do update set requests = r.requests + 1, most = excluded.most
                        where r.requests < excluded.most
                        """)
                        .param("account", request.account())
                        .param("minute", minute().atOffset(ZoneOffset.UTC))
                        .param("most", request.requestsPerMinute())
                        .update()
                == 1;
    }

    /** What to say to a request that was not granted. */
    RateExceeded exceeded(AdmissionRequest request) {
        return new RateExceeded(
                Objects.requireNonNull(request.requestsPerMinute()), minute().plus(1, ChronoUnit.MINUTES));
    }

    /** The beginning of the minute that requests are counted in now. */
    Instant minute() {
        return clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }

    @Override
    public Duration every() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run() {
        jdbc.sql("delete from request_rate where minute < :minute")
                .param("minute", minute().minus(KEPT).atOffset(ZoneOffset.UTC))
                .update();
    }
}

package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.task.storage.ConnectionPools;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Request rates of accounts, per minute of the clock. Only granted requests count, so a minute grants exactly the
 * limit, whichever gateways they come from. {@link BatchAdmissions} counts its own.
 */
@Component
public class RequestRates implements PeriodicJob {

    private static final Duration KEPT = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final Clock clock;

    RequestRates(ConnectionPools pools, Clock clock) {
        this.jdbc = pools.admissions();
        this.clock = clock;
    }

    /** Counts the request and returns true, unless that would exceed the rate. */
    public boolean grant(AdmissionRequest request) {
        if (request.requestsPerMinute() == null) {
            return true;
        }
        return jdbc.sql("""
                        insert into request_rate as r (account, minute, requests, max_requests)
                        values (:account, :minute, 1, :max)
                        on conflict (account, minute) do update set
                            requests = r.requests + 1, max_requests = excluded.max_requests
                        where r.requests < excluded.max_requests
                        """)
                        .param("account", request.account())
                        .param("minute", minute().atOffset(ZoneOffset.UTC))
                        .param("max", request.requestsPerMinute())
                        .update()
                == 1;
    }

    /** Returns the answer to a request that exceeds the rate. */
    public RateExceeded exceeded(AdmissionRequest request) {
        return new RateExceeded(
                Objects.requireNonNull(request.requestsPerMinute()), minute().plus(1, ChronoUnit.MINUTES));
    }

    /** Returns the start of the current minute. */
    Instant minute() {
        return clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run() {
        jdbc.sql("delete from request_rate where minute < :minute")
                .param("minute", minute().minus(KEPT).atOffset(ZoneOffset.UTC))
                .update();
    }
}

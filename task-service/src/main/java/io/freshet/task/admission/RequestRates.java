package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.task.storage.Chore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many requests each account makes, in minutes of the clock. What counts is what is granted, so that a minute grants exactly as many as it
 * may, whichever gateways they come from. Every method but the chore belongs into the caller's transaction.
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

    /** Counts these requests, and answers those for which there was room: of each account the first ones. */
    List<AdmissionRequest> grant(List<AdmissionRequest> requests) {
        List<AdmissionRequest> counted = requests.stream()
                .filter(request -> request.requestsPerMinute() != null)
                .toList();
        if (counted.isEmpty()) {
            return requests;
        }
        Map<String, Integer> granted = granted(counted);
        List<AdmissionRequest> within = new ArrayList<>();
        for (AdmissionRequest request : requests) {
            if (request.requestsPerMinute() == null || granted.merge(request.account(), -1, Integer::sum) >= 0) {
                within.add(request);
            }
        }
        return within;
    }

    /** The room that each account got. */
    private Map<String, Integer> granted(List<AdmissionRequest> requests) {
        Map<String, Integer> granted = new HashMap<>();
        jdbc.sql("""
                        insert into request_rate as r (account, minute, requests, most)
                        select account, :minute, least(count(*), min(most)), min(most)
                        from unnest(:accounts::text[], :most::int[]) as a (account, most)
                        group by account order by account
                        on conflict (account, minute) do update set
                            requests = greatest(r.requests, least(r.requests + excluded.requests, excluded.most)),
                            most = excluded.most
                        returning new.account, new.requests - coalesce(old.requests, 0) as granted
                        """)
                .param("minute", minute().atOffset(ZoneOffset.UTC))
                .param(
                        "accounts",
                        requests.stream().map(AdmissionRequest::account).toArray(String[]::new))
                .param(
                        "most",
                        requests.stream()
                                .map(AdmissionRequest::requestsPerMinute)
                                .toArray(Integer[]::new))
                .query((row, _) -> granted.put(row.getString("account"), row.getInt("granted")))
                .list();
        return granted;
    }

    /** What to say to a request that was not granted. */
    RateExceeded exceeded(AdmissionRequest request) {
        return new RateExceeded(
                Objects.requireNonNull(request.requestsPerMinute()), minute().plus(1, ChronoUnit.MINUTES));
    }

    private Instant minute() {
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

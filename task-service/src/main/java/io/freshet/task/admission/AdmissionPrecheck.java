package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.task.storage.ConnectionPools;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Read-only check of requests against idempotency keys, quotas and rates. A refusal is decided here, without a row
 * written or locked, so that a flood of refused requests costs less than accepted ones. What it lets pass is decided
 * under locks by {@link Admissions}.
 */
@Component
class AdmissionPrecheck {

    /** Objects that are charged already are not charged again, so a repeated request needs none of its quota. */
    private static final String CHECK = """
            select r.request, k.request_id as owner, k.body_hash, k.expires_at,
                coalesce(u.used, 0) as used,
                (select coalesce(sum(objects), 0) from charge
                 where task_id = any(r.ids::bigint[]) and not refunded) as charged,
                coalesce(p.used, 0) as pushes_used,
                (select coalesce(sum(objects), 0) from charge
                 where task_id = any(r.push_ids::bigint[]) and not refunded) as pushes_charged,
                coalesce(m.requests, 0) as requests
            from unnest(:requests::uuid[], :accounts::text[], :quotas::text[], :days::date[], :keys::text[],
                        :ids::text[], :pushIds::text[])
                as r (request, account, quota, day, key, ids, push_ids)
            left join idempotency_key k on k.account = r.account and k.key = r.key and k.expires_at > :now
            left join quota_use u on u.account = r.account and u.quota = r.quota and u.day = r.day
            left join quota_use p on p.account = r.account and p.quota = 'PUSH' and p.day = r.day
            left join request_rate m on m.account = r.account and m.minute = :minute
            """;

    private final JdbcClient jdbc;
    private final QuotaDayProperties quotas;
    private final Charges charges;
    private final RequestRates rates;
    private final Clock clock;

    AdmissionPrecheck(
            ConnectionPools pools, QuotaDayProperties quotas, Charges charges, RequestRates rates, Clock clock) {
        this.jdbc = pools.admissions();
        this.quotas = quotas;
        this.charges = charges;
        this.rates = rates;
        this.clock = clock;
    }

    /** Returns the refusals by the ids of the refused requests. */
    Map<UUID, AdmissionDecision> refusals(Collection<AdmissionRequest> requests) {
        if (requests.isEmpty()) {
            return Map.of();
        }
        Map<UUID, AdmissionRequest> byId =
                requests.stream().collect(Collectors.toMap(AdmissionRequest::requestId, Function.identity()));
        Map<UUID, AdmissionDecision> refusals = new HashMap<>();
        jdbc.sql(CHECK).params(parameters(byId.values())).query(row -> {
            UUID id = row.getObject("request", UUID.class);
            refusal(Objects.requireNonNull(byId.get(id)), row).ifPresent(refusal -> refusals.put(id, refusal));
        });
        return refusals;
    }

    private Map<String, Object> parameters(Collection<AdmissionRequest> requests) {
        return Map.of(
                "requests", texts(requests, request -> request.requestId().toString()),
                "accounts", texts(requests, AdmissionRequest::account),
                "quotas", texts(requests, request -> request.quota().name()),
                "days", texts(requests, request -> dayOf(request).toString()),
                "keys", texts(requests, AdmissionRequest::idempotencyKey),
                "ids", texts(requests, IdempotencyKeys::tasks),
                "pushIds", texts(requests, AdmissionPrecheck::pushes),
                "now", clock.instant().atOffset(ZoneOffset.UTC),
                "minute", rates.minute().atOffset(ZoneOffset.UTC));
    }

    private static String[] texts(
            Collection<AdmissionRequest> requests, Function<AdmissionRequest, @Nullable String> value) {
        return requests.stream().map(value).toArray(String[]::new);
    }

    private static String pushes(AdmissionRequest request) {
        return request.tasks().stream()
                .flatMap(task -> Stream.ofNullable(task.thenPush()))
                .map(TaskId::toString)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private Optional<AdmissionDecision> refusal(AdmissionRequest request, ResultSet row) throws SQLException {
        UUID owner = row.getObject("owner", UUID.class);
        if (owner != null
                && !owner.equals(request.requestId())
                && !row.getString("body_hash").equals(request.bodyHash())) {
            return Optional.of(new AdmissionDecision.KeyConflict(new IdempotencyConflict(
                    owner, row.getObject("expires_at", OffsetDateTime.class).toInstant())));
        }
        // The tasks of a key's first request are charged already, unless they were refunded.
        Optional<AdmissionDecision> excess = owner == null ? quotaExcess(request, row) : Optional.empty();
        return excess.isPresent() ? excess : rateExcess(request, row.getInt("requests"));
    }

    private Optional<AdmissionDecision> quotaExcess(AdmissionRequest request, ResultSet row) throws SQLException {
        Optional<AdmissionDecision> pushes = request.pushLimit() == null
                ? Optional.empty()
                : exceeded(
                        request,
                        QuotaKind.PUSH,
                        request.pushLimit(),
                        row.getLong("pushes_used"),
                        request.pushCount() - row.getLong("pushes_charged"));
        return pushes.isPresent()
                ? pushes
                : exceeded(
                        request,
                        request.quota(),
                        request.quotaLimit(),
                        row.getLong("used"),
                        request.objectCount() - row.getLong("charged"));
    }

    private Optional<AdmissionDecision> exceeded(
            AdmissionRequest request, QuotaKind quota, int limit, long used, long needed) {
        return needed <= 0 || used + needed <= limit
                ? Optional.empty()
                : Optional.of(new AdmissionDecision.QuotaRefusal(
                        new QuotaExceeded(quota, limit, used, needed, charges.resetAfter(dayOf(request)))));
    }

    private Optional<AdmissionDecision> rateExcess(AdmissionRequest request, int requests) {
        Integer limit = request.requestsPerMinute();
        return limit == null || requests < limit
                ? Optional.empty()
                : Optional.of(new AdmissionDecision.RateRefusal(rates.exceeded(request)));
    }

    private LocalDate dayOf(AdmissionRequest request) {
        return quotas.dayOf(request.acceptedAt());
    }
}

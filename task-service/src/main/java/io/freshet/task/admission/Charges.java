package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Charges, and the use of quotas that they add up to. A task is charged once, whoever asks and how often; one that was refunded is charged
 * again. Every method belongs into the caller's transaction.
 */
@Component
public class Charges {

    private static final String CHARGE = """
            insert into charge as c (task_id, account, quota, day, objects)
            select * from unnest(:tasks::bigint[], :accounts::text[], :quotas::text[], :days::date[], :objects::int[])
            on conflict (task_id) do update set refunded = false, day = excluded.day where c.refunded
            returning account, quota, day, objects
            """;

    private final JdbcClient jdbc;
    private final QuotaProperties quotas;
    private final Clock clock;

    Charges(JdbcClient jdbc, QuotaProperties quotas, Clock clock) {
        this.jdbc = jdbc;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Charges whatever is not charged yet, also beyond the limit: it has been accepted. */
    public void overdraw(Collection<Charge> charges) {
        jdbc.sql("with charged as (" + CHARGE + """
                        )
                        insert into quota_use as u (account, quota, day, used)
                        select account, quota, day, sum(objects) from charged group by account, quota, day order by account, quota, day
                        on conflict (account, quota, day) do update set used = u.used + excluded.used
                        """).params(parameters(charges)).update();
    }

    /**
     * Charges whatever of one request is not charged yet, as a whole.
     *
     * @return why it was not charged, and then the transaction must be rolled back
     */
    Optional<QuotaExceeded> chargeWithin(
            int limit, String account, QuotaKind quota, Instant at, Collection<Charge> charges) {
        long requested =
                jdbc.sql(CHARGE).params(parameters(charges)).query((row, _) -> row.getLong("objects")).list().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        if (requested == 0 || use(limit, account, quota, at, requested)) {
            return Optional.empty();
        }
        return Optional.of(new QuotaExceeded(quota, limit, used(account, quota, dayOf(at)), requested, resetAfter(at)));
    }

    /** One statement, so that requests at the same time are granted exactly the limit. */
    private boolean use(int limit, String account, QuotaKind quota, Instant at, long requested) {
        return jdbc.sql("""
                        insert into quota_use as u (account, quota, day, used)
                        select :account, :quota, :day, :requested where :requested <= :limit
                        on conflict (account, quota, day) do update set used = u.used + excluded.used
                            where u.used + excluded.used <= :limit
                        """)
                        .param("account", account)
                        .param("quota", quota.name())
                        .param("day", dayOf(at))
                        .param("requested", requested)
                        .param("limit", limit)
                        .update()
                == 1;
    }

    private long used(String account, QuotaKind quota, LocalDate day) {
        return jdbc.sql("select used from quota_use where account = :account and quota = :quota and day = :day")
                .param("account", account)
                .param("quota", quota.name())
                .param("day", day)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /** Takes back what these tasks were charged, once. */
    public void refund(Collection<Long> tasks) {
        jdbc.sql("""
                        with refunded as (
                            update charge set refunded = true where task_id = any(:tasks::bigint[]) and not refunded
                            returning account, quota, day, objects
                        )
                        update quota_use u set used = u.used - r.objects
                        from (select account, quota, day, sum(objects) as objects from refunded group by account, quota, day) r
                        where u.account = r.account and u.quota = r.quota and u.day = r.day
                        """).param("tasks", tasks.toArray(Long[]::new)).update();
    }

    /** What the account has used today, for each kind. */
    List<QuotaUse> today(String account) {
        Instant now = clock.instant();
        Map<String, Long> used = jdbc
                .sql("select quota, used from quota_use where account = :account and day = :day")
                .param("account", account)
                .param("day", dayOf(now))
                .query((row, _) -> Map.entry(row.getString("quota"), row.getLong("used")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return Stream.of(QuotaKind.values())
                .map(quota -> new QuotaUse(quota, used.getOrDefault(quota.name(), 0L), resetAfter(now)))
                .toList();
    }

    private Map<String, Object> parameters(Collection<Charge> charges) {
        return Map.of(
                "tasks", charges.stream().map(c -> c.taskId().value()).toArray(Long[]::new),
                "accounts", charges.stream().map(Charge::account).toArray(String[]::new),
                "quotas", charges.stream().map(c -> c.quota().name()).toArray(String[]::new),
                "days", charges.stream().map(c -> dayOf(c.at()).toString()).toArray(String[]::new),
                "objects", charges.stream().map(Charge::objects).toArray(Integer[]::new));
    }

    private LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, quotas.zone());
    }

    private Instant resetAfter(Instant instant) {
        return dayOf(instant).plusDays(1).atStartOfDay(quotas.zone()).toInstant();
    }
}

package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
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
        book(charges);
    }

    /**
     * Charges whatever is not charged yet, as a whole. Charges to the same quota wait for each other, so they are granted exactly the limit.
     *
     * @return the first quota, by account and name, that this exceeds; then the transaction must be rolled back
     */
    Optional<QuotaExceeded> chargeWithin(Collection<LimitedCharge> limited) {
        Map<Use, Integer> limits = limited.stream()
                .collect(Collectors.toMap(charge -> use(charge.charge()), LimitedCharge::limit, Math::min));
        return book(limited.stream().map(LimitedCharge::charge).toList()).stream()
                .filter(booked -> booked.used() > limits.getOrDefault(booked.use(), 0))
                .min(Comparator.comparing(Booked::use))
                .map(booked -> exceeded(booked, limits.getOrDefault(booked.use(), 0)));
    }

    /** A row of quota_use: in the order in which whoever takes from several takes them. */
    private record Use(String account, QuotaKind quota, LocalDate day) implements Comparable<Use> {

        private static final Comparator<Use> ORDER = Comparator.comparing(Use::account)
                .thenComparing(use -> use.quota().name())
                .thenComparing(Use::day);

        static Use of(ResultSet row) throws SQLException {
            return new Use(
                    row.getString("account"),
                    QuotaKind.valueOf(row.getString("quota")),
                    row.getObject("day", LocalDate.class));
        }

        @Override
        public int compareTo(Use other) {
            return ORDER.compare(this, other);
        }
    }

    private Use use(Charge charge) {
        return new Use(charge.account(), charge.quota(), quotas.dayOf(charge.at()));
    }

    /** What has come of a booking: how much of it was new, and what is used with it. */
    private record Booked(Use use, long requested, long used) {}

    private List<Booked> book(Collection<Charge> charges) {
        return jdbc.sql("""
                        with charged as (
                            insert into charge as c (task_id, account, quota, day, objects)
                            select * from unnest(:tasks::bigint[], :accounts::text[], :quotas::text[], :days::date[], :objects::int[])
                            on conflict (task_id) do update set refunded = false, day = excluded.day where c.refunded
                            returning account, quota, day, objects
                        )
                        insert into quota_use as u (account, quota, day, used)
                        select account, quota, day, sum(objects) from charged group by account, quota, day order by account, quota, day
                        on conflict (account, quota, day) do update set used = u.used + excluded.used
                        returning new.account, new.quota, new.day, new.used - coalesce(old.used, 0) as requested, new.used
                        """)
                .params(parameters(charges))
                .query((row, _) -> new Booked(Use.of(row), row.getLong("requested"), row.getLong("used")))
                .list();
    }

    private QuotaExceeded exceeded(Booked booked, int limit) {
        return new QuotaExceeded(
                booked.use().quota(),
                limit,
                booked.used() - booked.requested(),
                booked.requested(),
                resetAfter(booked.use().day()));
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
                .param("day", quotas.dayOf(now))
                .query((row, _) -> Map.entry(row.getString("quota"), row.getLong("used")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return Stream.of(QuotaKind.values())
                .map(quota -> new QuotaUse(quota, used.getOrDefault(quota.name(), 0L), resetAfter(quotas.dayOf(now))))
                .toList();
    }

    private Map<String, Object> parameters(Collection<Charge> unsorted) {
        // In the order of ids, in which everybody locks charges.
        List<Charge> charges =
                unsorted.stream().sorted(Comparator.comparing(Charge::taskId)).toList();
        return Map.of(
                "tasks", charges.stream().map(c -> c.taskId().value()).toArray(Long[]::new),
                "accounts", charges.stream().map(Charge::account).toArray(String[]::new),
                "quotas", charges.stream().map(c -> c.quota().name()).toArray(String[]::new),
                "days",
                        charges.stream()
                                .map(c -> quotas.dayOf(c.at()).toString())
                                .toArray(String[]::new),
                "objects", charges.stream().map(Charge::objects).toArray(Integer[]::new));
    }

    private Instant resetAfter(LocalDate day) {
        return day.plusDays(1).atStartOfDay(quotas.zone()).toInstant();
    }
}

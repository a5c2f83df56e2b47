package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaLeft;
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
 * Charges of tasks, and the use of quotas that they add up to. A task is charged once, however often this is requested;
 * a refunded one is charged again. Every method runs in the caller's transaction.
 */
@Component
public class Charges {

    private final JdbcClient jdbc;
    private final QuotaDayProperties quotas;
    private final Clock clock;

    Charges(JdbcClient jdbc, QuotaDayProperties quotas, Clock clock) {
        this.jdbc = jdbc;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the same charges, written with another client. */
    Charges with(JdbcClient client) {
        return new Charges(client, quotas, clock);
    }

    /** Charges what is not charged yet, also beyond the limit, since it has been accepted. */
    public void overdraw(Collection<Charge> charges) {
        book(charges);
    }

    /**
     * Charges what is not charged yet. Row locks serialize charges to the same quota, so exactly the limit is granted.
     *
     * @return the first quota, by account and name, that is exceeded; then the transaction must be rolled back
     */
    Optional<QuotaExceeded> chargeWithin(Collection<LimitedCharge> limited) {
        Map<DailyQuota, Integer> limits = limited.stream()
                .collect(Collectors.toMap(charge -> use(charge.charge()), LimitedCharge::limit, Math::min));
        return book(limited.stream().map(LimitedCharge::charge).toList()).stream()
                .filter(booking -> booking.used() > limits.getOrDefault(booking.quota(), 0))
                .min(Comparator.comparing(Booking::quota))
                .map(booking -> exceeded(booking, limits.getOrDefault(booking.quota(), 0)));
    }

    /** Returns what is left of the request's quota on its day. */
    QuotaLeft left(AdmissionRequest request) {
        long used = jdbc.sql("select used from quota_use where account = :account and quota = :quota and day = :day")
                .param("account", request.account())
                .param("quota", request.quota().name())
                .param("day", quotas.dayOf(request.acceptedAt()))
                .query(Long.class)
                .optional()
                .orElse(0L);
        return left(request, used);
    }

    /** Returns what is left of the request's quota if this much is used. */
    QuotaLeft left(AdmissionRequest request, long used) {
        return new QuotaLeft(
                request.quota(),
                request.quotaLimit(),
                Math.max(0, request.quotaLimit() - used),
                resetAfter(quotas.dayOf(request.acceptedAt())));
    }

    /** Key of a row of {@code quota_use}; rows are locked in this order. */
    private record DailyQuota(String account, QuotaKind quota, LocalDate day) implements Comparable<DailyQuota> {

        private static final Comparator<DailyQuota> ORDER = Comparator.comparing(DailyQuota::account)
                .thenComparing(use -> use.quota().name())
                .thenComparing(DailyQuota::day);

        static DailyQuota of(ResultSet row) throws SQLException {
            return new DailyQuota(
                    row.getString("account"),
                    QuotaKind.valueOf(row.getString("quota")),
                    row.getObject("day", LocalDate.class));
        }

        @Override
        public int compareTo(DailyQuota other) {
            return ORDER.compare(this, other);
        }
    }

    private DailyQuota use(Charge charge) {
        return new DailyQuota(charge.account(), charge.quota(), quotas.dayOf(charge.at()));
    }

    /** Objects that were newly charged to a quota, and its use after that. */
    private record Booking(DailyQuota quota, long requested, long used) {}

    private List<Booking> book(Collection<Charge> charges) {
        return jdbc.sql("""
                        with charged as (
                            insert into charge as c (task_id, account, quota, day, objects)
                            select *
                            from unnest(:tasks::bigint[], :accounts::text[], :quotas::text[], :days::date[],
                                        :objects::int[])
                            on conflict (task_id) do update set refunded = false, day = excluded.day where c.refunded
                            returning account, quota, day, objects - given_back as objects
                        )
                        insert into quota_use as u (account, quota, day, used)
                        select account, quota, day, sum(objects) from charged
                        group by account, quota, day order by account, quota, day
                        on conflict (account, quota, day) do update set used = u.used + excluded.used
                        returning new.account, new.quota, new.day,
                            new.used - coalesce(old.used, 0) as requested, new.used
                        """)
                .params(parameters(charges))
                .query((row, _) -> new Booking(DailyQuota.of(row), row.getLong("requested"), row.getLong("used")))
                .list();
    }

    private QuotaExceeded exceeded(Booking booking, int limit) {
        return new QuotaExceeded(
                booking.quota().quota(),
                limit,
                booking.used() - booking.requested(),
                booking.requested(),
                resetAfter(booking.quota().day()));
    }

    /** Refunds the charges of these tasks, once. */
    public void refund(Collection<Long> tasks) {
        jdbc.sql("""
                        with refunded as (
                            update charge set refunded = true where task_id = any(:tasks::bigint[]) and not refunded
                            returning account, quota, day, objects - given_back as objects
                        )
                        update quota_use u set used = u.used - r.objects
                        from (
                            select account, quota, day, sum(objects) as objects from refunded
                            group by account, quota, day
                        ) r
                        where u.account = r.account and u.quota = r.quota and u.day = r.day
                        """).param("tasks", tasks.toArray(Long[]::new)).update();
    }

    /**
     * Gives back the objects of cancelled tasks that no node was sent, if their refund is due, and takes back those
     * that turned out to have been sent. The result depends on the tasks only, so nothing is given back twice.
     */
    public void adjustUnsent(Collection<Long> tasks) {
        if (tasks.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        with unsent as (
                            select t.id, case when t.refunded_unsent and t.status = 'CANCELLED'
                                then t.object_count - (
                                    select count(*) from task_object o
                                    where o.task_id = t.id and o.index < t.object_count and (o.sent or o.failed))
                                else 0 end as objects
                            from task t where t.id = any(:tasks::bigint[])
                        ), changed as (
                            update charge c set given_back = unsent.objects
                            from unsent where c.task_id = unsent.id and c.given_back <> unsent.objects
                            returning new.account, new.quota, new.day,
                                case when new.refunded then 0 else new.given_back - old.given_back end as objects
                        )
                        update quota_use u set used = u.used - c.objects
                        from (
                            select account, quota, day, sum(objects) as objects from changed
                            group by account, quota, day
                        ) c
                        where u.account = c.account and u.quota = c.quota and u.day = c.day
                        """).param("tasks", tasks.toArray(Long[]::new)).update();
    }

    /** Returns what the account has used today of each quota. */
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
        // Charges are locked in the order of their tasks' ids.
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

    Instant resetAfter(LocalDate day) {
        return day.plusDays(1).atStartOfDay(quotas.timeZone()).toInstant();
    }
}

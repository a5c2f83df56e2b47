package io.freshet.task.maintenance;

import io.freshet.task.admission.Charges;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives the objects of cancelled tasks that no node was sent back to their quotas, once workers have had time to stop
 * and to report what they have sent.
 */
@Component
class CancelledTaskRefunds implements PeriodicJob {

    private static final int CHUNK = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Charges charges;
    private final ConsumptionWatermark watermark;
    private final CancellationProperties properties;
    private final Clock clock;

    CancelledTaskRefunds(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Charges charges,
            ConsumptionWatermark watermark,
            CancellationProperties properties,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.charges = charges;
        this.watermark = watermark;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration interval() {
        return properties.checkInterval();
    }

    /** Measures against the consumption watermark: reports that are published, but not yet read, are in time. */
    @Override
    public void run() {
        if (isAnyDue(clock.instant().minus(properties.refundDelay()))) {
            watermark.consumedUpTo().ifPresent(moment -> refundCancelledBefore(moment.minus(properties.refundDelay())));
        }
    }

    private boolean isAnyDue(Instant before) {
        return jdbc.sql("""
                        select exists (
                            select from task
                            where cancelled_at is not null and not refunded_unsent and kind is not null
                                and cancelled_at < :before)
                        """)
                .param("before", before.atOffset(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    private void refundCancelledBefore(Instant moment) {
        int refunded;
        do {
            refunded = refundChunk(moment);
        } while (refunded == CHUNK);
    }

    private int refundChunk(Instant before) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            List<Long> tasks = jdbc.sql("""
                            update task set refunded_unsent = true
                            where id in (
                                select id from task
                                where cancelled_at is not null and not refunded_unsent and kind is not null
                                    and cancelled_at < :before
                                order by id limit :chunk for update skip locked)
                            returning id
                            """)
                    .param("before", before.atOffset(ZoneOffset.UTC))
                    .param("chunk", CHUNK)
                    .query(Long.class)
                    .list();
            charges.adjustUnsent(tasks);
            return tasks.size();
        }));
    }
}

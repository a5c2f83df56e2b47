package io.freshet.task.maintenance;

import io.freshet.task.admission.Charges;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Withdraws and refunds admissions whose command was never published, because the gateway crashed or failed to publish.
 * The task is only marked: a command that is read later revives task and charge. A push that follows a refresh is
 * withdrawn with it, as it waits only once the refresh has been read; one with a start time waits once its own command
 * has been read. The commands of batches are published from the
 * database, so those that are still there are not abandoned.
 */
@Component
class AbandonedAdmissionSweeper implements PeriodicJob {

    private static final Logger log = LoggerFactory.getLogger(AbandonedAdmissionSweeper.class);
    private static final int CHUNK = 1_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Charges charges;
    private final ConsumptionWatermark watermark;
    private final AbandonedAdmissionProperties properties;
    private final Clock clock;

    AbandonedAdmissionSweeper(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Charges charges,
            ConsumptionWatermark watermark,
            AbandonedAdmissionProperties properties,
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

    @Override
    public void run() {
        watermark.consumedUpTo().ifPresent(moment -> withdrawAdmittedBefore(moment.minus(properties.timeout())));
    }

    private void withdrawAdmittedBefore(Instant moment) {
        int withdrawn;
        do {
            withdrawn = withdrawChunk(moment);
        } while (withdrawn == CHUNK);
    }

    private int withdrawChunk(Instant before) {
        List<Long> withdrawn = transaction.execute(_ -> {
            List<Long> tasks = jdbc.sql("""
                            update task set withdrawn_at = :now
                            where id in (
                                select id from task
                                where not command_read and withdrawn_at is null and waits_since is null
                                    and failure is null and not reported and admitted_at < :before
                                    and not exists (select from batch_command c where c.task_id = task.id)
                                order by id limit :chunk for update skip locked)
                            returning id
                            """)
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .param("before", before.atOffset(ZoneOffset.UTC))
                    .param("chunk", CHUNK)
                    .query(Long.class)
                    .list();
            charges.refund(tasks);
            return tasks;
        });
        if (!withdrawn.isEmpty()) {
            log.warn("Withdrew {} admitted tasks whose commands were never published: {}", withdrawn.size(), withdrawn);
        }
        return withdrawn.size();
    }
}

package io.freshet.task.sweep;

import io.freshet.task.admission.Charges;
import io.freshet.task.storage.Chore;
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
 * Withdraws and refunds admissions whose command is not in the log, and will not come: a gateway died before it published, or its publish
 * failed. A mark, not a deletion; a command that is read all the same revives task and charge. A push that follows a refresh goes with it: it
 * waits only once that is in the log.
 */
@Component
class Withdrawal implements Chore {

    private static final Logger log = LoggerFactory.getLogger(Withdrawal.class);
    private static final int PORTION = 1_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Charges charges;
    private final LogPosition position;
    private final WithdrawalProperties properties;
    private final Clock clock;

    Withdrawal(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Charges charges,
            LogPosition position,
            WithdrawalProperties properties,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.charges = charges;
        this.position = position;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration every() {
        return properties.every();
    }

    @Override
    public void run() {
        position.readUpTo().ifPresent(readUpTo -> withdrawAdmittedBefore(readUpTo.minus(properties.after())));
    }

    private void withdrawAdmittedBefore(Instant moment) {
        int withdrawn;
        do {
            withdrawn = withdrawSome(moment);
        } while (withdrawn == PORTION);
    }

    private int withdrawSome(Instant before) {
        List<Long> withdrawn = transaction.execute(_ -> {
            List<Long> tasks = jdbc.sql("""
                            update task set withdrawn_at = :now
                            where id in (
                                select id from task
                                where not in_log and withdrawn_at is null and waits_since is null and failure is null and not told
                                    and admitted_at < :before
                                order by id limit :portion for update skip locked)
                            returning id
                            """)
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .param("before", before.atOffset(ZoneOffset.UTC))
                    .param("portion", PORTION)
                    .query(Long.class)
                    .list();
            charges.refund(tasks);
            return tasks;
        });
        if (!withdrawn.isEmpty()) {
            log.warn("Withdrew {} tasks whose commands never reached the log: {}", withdrawn.size(), withdrawn);
        }
        return withdrawn.size();
    }
}

package io.freshet.task.sweep;

import io.freshet.task.storage.Chore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Fails pushes whose refresh does not settle for so long that it will not any more. A push that begins all the same is revived by its command. */
@Component
class FollowUpDeadline implements Chore {

    private static final Logger log = LoggerFactory.getLogger(FollowUpDeadline.class);
    private static final int PORTION = 1_000;

    private final JdbcClient jdbc;
    private final LogPosition position;
    private final DeadlineProperties properties;
    private final Clock clock;

    FollowUpDeadline(JdbcClient jdbc, LogPosition position, DeadlineProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.position = position;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration every() {
        return properties.every();
    }

    /** A command that is in the log but not recorded yet has not failed to come. */
    @Override
    public void run() {
        position.readUpTo().ifPresent(readUpTo -> giveUpOnWaitingSince(readUpTo.minus(properties.followUp())));
    }

    private void giveUpOnWaitingSince(Instant moment) {
        int failed;
        do {
            failed = giveUpOnSome(moment);
        } while (failed == PORTION);
    }

    private int giveUpOnSome(Instant before) {
        int failed = jdbc.sql("""
                        update task set
                            failure = 'its refresh ' || follows || ' has not settled within ' || :time, expired = true, failed_at = :now
                        where id in (
                            select id from task
                            where not in_log and failure is null and waits_since < :before
                            order by id limit :portion for update skip locked)
                        """)
                .param("time", Words.of(properties.followUp()))
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("before", before.atOffset(ZoneOffset.UTC))
                .param("portion", PORTION)
                .update();
        if (failed > 0) {
            log.warn(
                    "{} pushes have waited for their refreshes for {} and failed",
                    failed,
                    Words.of(properties.followUp()));
        }
        return failed;
    }
}

package io.freshet.task.maintenance;

import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fails pushes whose refresh has not settled within the follow-up timeout. A command that is read later revives its
 * push.
 */
@Component
class FollowUpTimeouts implements PeriodicJob {

    private static final Logger log = LoggerFactory.getLogger(FollowUpTimeouts.class);
    private static final int CHUNK = 1_000;

    private final JdbcClient jdbc;
    private final ConsumptionWatermark watermark;
    private final DeadlineProperties properties;
    private final Clock clock;

    FollowUpTimeouts(JdbcClient jdbc, ConsumptionWatermark watermark, DeadlineProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.watermark = watermark;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration interval() {
        return properties.checkInterval();
    }

    /** Measures against the consumption watermark: a command that is in its topic, but not yet read, is in time. */
    @Override
    public void run() {
        watermark.consumedUpTo().ifPresent(moment -> failWaitingSince(moment.minus(properties.followUpTimeout())));
    }

    private void failWaitingSince(Instant moment) {
        int failed;
        do {
            failed = failChunk(moment);
        } while (failed == CHUNK);
    }

    private int failChunk(Instant before) {
        int failed = jdbc.sql("""
                        update task set
                            failure = 'its refresh ' || follows || ' has not settled within ' || :time,
                            expired = true, failed_at = :now
                        where id in (
                            select id from task
                            where not command_read and failure is null and waits_since < :before
                                and follows is not null and cancelled_at is null
                            order by id limit :chunk for update skip locked)
                        """)
                .param("time", DurationText.of(properties.followUpTimeout()))
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("before", before.atOffset(ZoneOffset.UTC))
                .param("chunk", CHUNK)
                .update();
        if (failed > 0) {
            log.warn(
                    "Failed {} pushes whose refreshes have not settled within {}",
                    failed,
                    DurationText.of(properties.followUpTimeout()));
        }
        return failed;
    }
}

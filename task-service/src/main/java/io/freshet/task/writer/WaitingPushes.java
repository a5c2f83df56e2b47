package io.freshet.task.writer;

import io.freshet.contracts.TaskId;
import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Pushes that wait until a refresh has settled. Its methods run in the caller's transaction. */
@Component
class WaitingPushes {

    private final JdbcClient jdbc;

    WaitingPushes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Fails the pushes that wait for one of these refreshes, if it has failed as a whole. */
    void failAfter(Collection<TaskId> refreshes) {
        if (refreshes.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update task p set
                            failure = 'its refresh ' || r.id || ' failed: ' || r.failure, expired = true,
                            failed_at = r.last_event_at
                        from task r
                        where r.id = any(:refreshes) and r.failure is not null
                            and p.follows = r.id and not p.command_read and p.failure is null
                        """)
                .param("refreshes", refreshes.stream().map(TaskId::value).toArray(Long[]::new))
                .update();
    }

    /** Cancels the pushes that wait for one of these refreshes, if it was cancelled: they are never published. */
    void cancelAfter(Collection<TaskId> refreshes) {
        if (refreshes.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update task p set cancelled_at = r.cancelled_at, cancelled_with_refresh = true
                        from task r
                        where r.id = any(:refreshes) and r.cancelled_at is not null and p.follows = r.id
                            and not p.command_read and p.failure is null and p.cancelled_at is null
                        """)
                .param("refreshes", refreshes.stream().map(TaskId::value).toArray(Long[]::new))
                .update();
    }
}

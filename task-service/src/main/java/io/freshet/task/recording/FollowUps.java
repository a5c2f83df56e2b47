package io.freshet.task.recording;

import io.freshet.contracts.TaskId;
import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Pushes that wait for a refresh to settle. Belongs into the caller's transaction. */
@Component
class FollowUps {

    private final JdbcClient jdbc;

    FollowUps(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Fails what waits for one of these refreshes, where that has failed as a whole. */
    void giveUpAfter(Collection<TaskId> refreshes) {
        if (refreshes.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update task p set
                            failure = 'its refresh ' || r.id || ' failed: ' || r.failure, expired = true, failed_at = r.last_event_at
                        from task r
                        where r.id = any(:refreshes) and r.failure is not null
                            and p.follows = r.id and not p.in_log and p.failure is null
                        """)
                .param("refreshes", refreshes.stream().map(TaskId::value).toArray(Long[]::new))
                .update();
    }
}

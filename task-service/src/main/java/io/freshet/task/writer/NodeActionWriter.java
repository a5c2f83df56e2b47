package io.freshet.task.writer;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes which nodes an operator holds, since task timeouts do not apply to them. The newest node action wins. */
@Component
class NodeActionWriter {

    private final JdbcClient jdbc;

    NodeActionWriter(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void write(List<NodeAction> actions) {
        for (NodeAction action : actions) {
            switch (action) {
                case HoldNode hold -> upsert(hold, hold.reason(), null);
                case ReleaseNode release -> upsert(release, null, release.at());
                case RewindNode _, FlushNode _ -> {} // for purge-worker only
            }
        }
    }

    private void upsert(NodeAction action, @Nullable String reason, @Nullable Instant released) {
        jdbc.sql("""
                        insert into held_node as h (node, since, held_by, reason, released_at)
                        values (:node, :at, :by, :reason, :released::timestamptz)
                        on conflict (node) do update set
                            since = case when h.released_at is null then h.since else excluded.since end,
                            held_by = excluded.held_by,
                            reason = coalesce(excluded.reason, h.reason),
                            released_at = excluded.released_at
                        """)
                .param("node", action.node())
                .param("at", action.at().atOffset(ZoneOffset.UTC))
                .param("by", action.by())
                .param("reason", reason)
                .param("released", released == null ? null : released.toString())
                .update();
    }
}

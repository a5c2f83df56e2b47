package io.freshet.task.recording;

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

/** Records which nodes an operator holds, since no deadline counts for those. The newest word in the log holds, as everywhere. */
@Component
class NodeActionWriter {

    private final JdbcClient jdbc;

    NodeActionWriter(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void write(List<NodeAction> orders) {
        for (NodeAction order : orders) {
            switch (order) {
                case HoldNode hold -> held(hold, hold.reason(), null);
                case ReleaseNode release -> held(release, null, release.at());
                case RewindNode _, FlushNode _ -> {} // the workers' business
            }
        }
    }

    private void held(NodeAction order, @Nullable String reason, @Nullable Instant released) {
        jdbc.sql("""
                        insert into held_node as h (node, since, ordered_by, reason, released_at)
                        values (:node, :at, :by, :reason, :released::timestamptz)
                        on conflict (node) do update set
                            since = case when h.released_at is null then h.since else excluded.since end,
                            ordered_by = excluded.ordered_by,
                            reason = coalesce(excluded.reason, h.reason),
                            released_at = excluded.released_at
                        """)
                .param("node", order.node())
                .param("at", order.at().atOffset(ZoneOffset.UTC))
                .param("by", order.by())
                .param("reason", reason)
                .param("released", released == null ? null : released.toString())
                .update();
    }
}

package io.freshet.e2e;

import io.freshet.cluster.process.ProcessPlatform.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Tasks written straight into the record: a long past, or what nobody could ask for over HTTP. */
final class PastTasks {

    private final Database record;
    private final String account;

    PastTasks(Database record, String account) {
        this.record = record;
        this.account = account;
    }

    /** URL refreshes of the last ten days, all complete. */
    void complete(int count) {
        execute("""
                insert into task (id, account, kind, selector, domain, object_count, command_read, appended_at,
                    reported, reported_count,
                    complete_count, settled_count, delivered, pairs, max_nodes, applied_at, settled_at, options)
                select ((extract(epoch from at) * 1000)::bigint - 1577836800000 << 22) | (n & 4095), '%s',
                    'REFRESH', 'URL', 'small.test', 1,
                    true, at, true, 1, 1, 1, 3, 3, 3, at + interval '5 ms', at + interval '5 ms', '{"soft":false}'
                from generate_series(1, %d) n,
                    lateral (select now() - interval '1 minute' - n * interval '8 seconds' as at) made
                """.formatted(account, count));
        execute("vacuum analyze task");
    }

    /**
     * A task that failed, with one object, and with this text wherever a text can stand.
     *
     * @return its id
     */
    long failedWith(String text) {
        long id = System.currentTimeMillis() - 1_577_836_800_000L << 22;
        execute("""
                insert into task (id, account, kind, selector, domain, object_count, command_read, appended_at,
                    reported, reported_count,
                    failed_count, delivered, pairs, max_nodes, lagging_nodes, failure, failed_at, options)
                values (%d, '%s', 'PUSH', 'URL', ?, 1, true, now(), true, 1, 1, 1, 2, 2, array[?], ?, now(),
                    json_build_object('tier', ?::text, 'headers', json_build_object('Accept', array[?::text])))
                """.formatted(id, account), text, text, text, text, text);
        execute("""
                insert into task_object (task_id, index, object, reported, missing, nodes, failed, description)
                values (%d, 0, ?, true, array[?], 2, true, ?)
                """.formatted(id), text, text, text);
        return id;
    }

    void forget() {
        execute("delete from task_object where task_id in (select id from task where account = ?)", account);
        execute("delete from task where account = ?", account);
    }

    private void execute(String sql, String... parameters) {
        try (Connection database = DriverManager.getConnection(record.url(), record.user(), record.password())) {
            if (parameters.length == 0) {
                try (Statement statement = database.createStatement()) {
                    statement.execute(sql);
                }
                return;
            }
            try (PreparedStatement statement = database.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setString(i + 1, parameters[i]);
                }
                statement.execute();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

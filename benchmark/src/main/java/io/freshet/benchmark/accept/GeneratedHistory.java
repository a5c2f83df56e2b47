package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.process.ProcessPlatform;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;

/**
 * Tasks of the last fifty days, written straight into the record as it would be had they been asked for and delivered:
 * one in ten with a thousand objects, the others with one; of the large ones every fiftieth failed, with its first
 * objects.
 */
final class GeneratedHistory {

    /** Every tenth large task has it. */
    static final String POPULAR = "https://site.test/history/popular.html";

    private static final int DAYS = 50;
    private static final int LARGE = 1_000;
    private static final long EPOCH = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();

    private final int tasks;
    private final Instant now;

    private GeneratedHistory(int tasks, Instant now) {
        this.tasks = tasks;
        this.now = now;
    }

    static GeneratedHistory fill(BenchmarkEnvironment ground) throws SQLException {
        ProcessPlatform.Database postgres = ground.postgres();
        int tasks = ground.load(99_000, 900);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (Connection database = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())) {
            GeneratedHistory past = new GeneratedHistory(tasks, now);
            past.write(database);
            return past;
        }
    }

    /** Midnight some days ago. */
    Instant day(int ago) {
        return now.truncatedTo(ChronoUnit.DAYS).minus(ago, ChronoUnit.DAYS);
    }

    double objects() {
        return (double) tasks / 10 * LARGE + tasks - tasks / 10;
    }

    /** In one task. */
    String anyObject(Random random) {
        int task = large(random);
        return "https://site.test/history/" + task + "/" + random.nextInt(1, LARGE) + ".html";
    }

    long anyLargeTask(Random random) {
        return id(large(random));
    }

    private int large(Random random) {
        return random.nextInt(1, tasks / 10) * 10;
    }

    /** As TASKS has it. */
    private long id(int task) {
        long age = (long) DAYS * 86_400_000 * (tasks - task) / tasks;
        return (now.toEpochMilli() - EPOCH - age << 22) | task & 4095;
    }

    private void write(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            makePartitions(statement);
            statement.execute("""
                    create temporary table past as
                    select n, (%d - %d - %d::bigint * (%d - n) / %d << 22) | (n & 4095) as id,
                        case when n %% 10 = 0 then %d else 1 end as objects,
                        case when n %% 500 = 0 then 3 else 0 end as failed,
                        case when n %% 7 = 0 then '*.sub.test' else 'site.test' end as domain
                    from generate_series(1, %d) n
                    """.formatted(now.toEpochMilli(), EPOCH, DAYS * 86_400_000L, tasks, tasks, LARGE, tasks));
            statement.execute(TASKS);
            statement.execute(ERAS);
            statement.execute("insert into index_segment select segment, first_task, last_task from past_segment");
            statement.execute(OBJECTS);
            statement.execute(CHARGES);
            statement.execute(USE);
            statement.execute("vacuum analyze task");
            statement.execute("vacuum analyze task_object");
            statement.execute("checkpoint");
        }
    }

    private static final String TASKS = """
            insert into task (id, account, kind, selector, domain, object_count, admitted_at, command_read, appended_at,
                reported, last_event_at,
                reported_count, complete_count, failed_count, settled_count, delivered, pairs, max_nodes, lagging_nodes,
                applied_at, settled_at, failed_at)
            select id, 'main', 'REFRESH', 'URL', domain, objects, at, true, at, true, at + interval '1 second',
                objects, objects - failed, failed, objects - failed, 3 * objects - failed, 3 * objects, 3,
                case when failed > 0 then array['edge'] else '{}' end,
                case when failed = 0 then at + interval '1 second' end,
                case when failed = 0 then at + interval '1 second' end,
                case when failed > 0 then at + interval '10 minutes' end
            from past, lateral (select to_timestamp(((id >> 22) + 1577836800000) / 1000.0) as at) made
            """;

    /** As one instance would have taken them. */
    private static final String ERAS = """
            create temporary table past_segment as
            select nextval(pg_get_serial_sequence('index_segment', 'segment'))::int as segment, first_task, last_task
            from (select min(id) as first_task, max(id) as last_task
                  from (select id, sum(objects) over (order by id) - objects as before from past) p
                  group by before / 262144 order by 1) e
            """;

    private static final String OBJECTS = """
            insert into task_object (task_id, index, object, reported, missing, nodes, failed, settled, segment)
            select id, i,
                case when i = 0 and n % 100 = 0 then 'https://site.test/history/popular.html'
                    else 'https://site.test/history/' || n || '/' || i || '.html' end,
                true, case when i < failed then array['edge'] else '{}' end, 3, i < failed, i >= failed, segment
            from past join past_segment on id between first_task and last_task, generate_series(0, objects - 1) i
            order by id, i
            """;

    private static final String CHARGES = """
            insert into charge (task_id, account, quota, day, objects)
            select id, 'main', 'URL',
                (to_timestamp(((id >> 22) + 1577836800000) / 1000.0) at time zone 'UTC')::date, objects
            from past
            """;

    private static final String USE = """
            insert into quota_use as u (account, quota, day, used)
            select account, quota, day, sum(objects) from charge group by account, quota, day
            on conflict (account, quota, day) do update set used = excluded.used
            """;

    /** The weeks before this one, as task-service has made each in its time. */
    private static void makePartitions(Statement statement) throws SQLException {
        try (ResultSet weeks = statement.executeQuery("""
                select format('create table task_object_%1$s_%2$s (like task_object including all)
                    with (fillfactor = 70);
                    alter table task_object attach partition task_object_%1$s_%2$s for values from (%3$s) to (%4$s)',
                    to_char(monday, 'YYYYMMDD'), to_char(monday + interval '7 days', 'YYYYMMDD'),
                    (extract(epoch from monday)::bigint - 1577836800) * 1000 << 22,
                    (extract(epoch from monday + interval '7 days')::bigint - 1577836800) * 1000 << 22)
                from (select date_trunc('week', now() at time zone 'UTC') - n * interval '7 days' as monday
                      from generate_series(1, 9) n) w
                """)) {
            try (Statement make = statement.getConnection().createStatement()) {
                while (weeks.next()) {
                    make.execute(weeks.getString(1));
                }
            }
        }
    }
}

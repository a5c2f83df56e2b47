package io.freshet.task.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import io.freshet.task.Postgres;
import io.freshet.task.storage.HistoryProperties.PartitionPeriod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class HistoryTest {

    private static final Instant SUNDAY = Instant.parse("2026-11-22T12:00:00Z");

    JdbcClient jdbc;
    TransactionTemplate transaction;

    @BeforeEach
    void database() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        jdbc = JdbcClient.create(database);
        transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    @Test
    void partitions_are_created_in_advance_and_weeks_begin_on_monday() {
        maintain(PartitionPeriod.WEEK, SUNDAY);
        assertThat(tables())
                .containsExactly(
                        "task_object_20261116_20261123",
                        "task_object_20261123_20261130",
                        "task_object_20261130_20261207");
        maintain(PartitionPeriod.WEEK, SUNDAY);
        assertThat(tables()).hasSize(3);
        maintain(PartitionPeriod.WEEK, SUNDAY.plus(Duration.ofDays(1)));
        assertThat(tables()).hasSize(4);
    }

    @Test
    void a_changed_period_continues_after_the_last_partition() {
        maintain(PartitionPeriod.WEEK, SUNDAY);
        maintain(PartitionPeriod.DAY, SUNDAY.plus(Duration.ofDays(15)));
        assertThat(tables())
                .contains(
                        "task_object_20261130_20261207",
                        "task_object_20261207_20261208",
                        "task_object_20261208_20261209");
        maintain(PartitionPeriod.WEEK, SUNDAY.plus(Duration.ofDays(17)));
        assertThat(tables()).contains("task_object_20261209_20261210", "task_object_20261210_20261214");
    }

    @Test
    void objects_older_than_their_partition_are_moved_into_it() {
        insert(SUNDAY, SUNDAY.plus(Duration.ofDays(1)), Instant.parse("2020-01-02T00:00:00Z"));
        assertThat(count("task_object_default")).isEqualTo(3);
        maintain(PartitionPeriod.DAY, SUNDAY);
        assertThat(count("task_object_20261122_20261123")).isEqualTo(1);
        assertThat(count("task_object_20261123_20261124")).isEqualTo(1);
        assertThat(count("task_object_default")).isEqualTo(1);
        assertThat(jdbc.sql("select distinct status || segment from task_object where object is not null")
                        .query(String.class)
                        .list())
                .containsExactly("COMPLETE7");
    }

    @Test
    void instances_that_start_at_once_create_every_partition_once() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<java.util.concurrent.Future<?>> all = List.of(
                    threads.submit(() -> maintain(PartitionPeriod.DAY, SUNDAY)),
                    threads.submit(() -> maintain(PartitionPeriod.DAY, SUNDAY)),
                    threads.submit(() -> maintain(PartitionPeriod.DAY, SUNDAY)));
            for (java.util.concurrent.Future<?> one : all) {
                one.get();
            }
        }
        assertThat(tables()).hasSize(3);
    }

    @Test
    void history_older_than_the_retention_is_removed_and_nothing_else() {
        Instant old = SUNDAY.minus(Duration.ofDays(100));
        maintain(PartitionPeriod.WEEK, old);
        Instant kept = SUNDAY.minus(Duration.ofDays(89));
        insert(old, kept, SUNDAY, Instant.parse("2020-01-02T00:00:00Z"));
        jdbc.sql("insert into charge select id, account, 'URL', date '2026-01-01', 1 from task")
                .update();
        jdbc.sql("insert into quota_use values ('a', 'URL', '2026-08-01', 1), ('a', 'URL', '2026-11-21', 1)")
                .update();
        jdbc.sql("""
                        insert into idempotency_key
                        values ('a', 'old', 'h', gen_random_uuid(), now(), '2026-11-22T11:59:59Z', '{1}'),
                            ('a', 'new', 'h', gen_random_uuid(), now(), '2026-11-22T12:00:01Z', '{1}')
                        """).update();
        retention(SUNDAY).run();
        assertThat(tables()).doesNotContain("task_object_20260810_20260817").contains("task_object_20260824_20260831");
        assertThat(count("task_object")).isEqualTo(2);
        assertThat(count("task")).isEqualTo(2);
        assertThat(count("charge")).isEqualTo(2);
        assertThat(count("quota_use")).isEqualTo(1);
        assertThat(jdbc.sql("select key from idempotency_key")
                        .query(String.class)
                        .list())
                .containsExactly("new");
    }

    @Test
    void a_segment_is_removed_with_its_last_task_and_segment_0_never() {
        segment(1, SUNDAY.minus(Duration.ofDays(120)), SUNDAY.minus(Duration.ofDays(91)));
        segment(2, SUNDAY.minus(Duration.ofDays(92)), SUNDAY.minus(Duration.ofDays(89)));
        segment(3, SUNDAY, SUNDAY);
        retention(SUNDAY).run();
        assertThat(jdbc.sql("select segment from index_segment order by segment")
                        .query(Integer.class)
                        .list())
                .containsExactly(0, 2, 3);
        retention(SUNDAY.plus(Duration.ofDays(365))).run();
        assertThat(jdbc.sql("select segment from index_segment")
                        .query(Integer.class)
                        .list())
                .containsExactly(0);
    }

    private void segment(int segment, Instant first, Instant last) {
        jdbc.sql("insert into index_segment values (:segment, :first, :last)")
                .param("segment", segment)
                .param("first", TaskId.floor(first).value())
                .param("last", TaskId.floor(last).value())
                .update();
    }

    @Test
    void invalid_settings_are_refused_by_name() {
        assertThatThrownBy(
                        () -> new HistoryProperties(Duration.ofHours(1), PartitionPeriod.DAY, 2, Duration.ofHours(1)))
                .hasMessageContaining("freshet.history.retention");
        assertThatThrownBy(
                        () -> new HistoryProperties(Duration.ofDays(90), PartitionPeriod.DAY, 0, Duration.ofHours(1)))
                .hasMessageContaining("ahead");
    }

    private void maintain(PartitionPeriod period, Instant now) {
        partitions(period, now).maintain();
    }

    private ObjectPartitions partitions(PartitionPeriod period, Instant now) {
        return new ObjectPartitions(jdbc, transaction, settings(period), Clock.fixed(now, ZoneOffset.UTC));
    }

    private HistoryCleaner retention(Instant now) {
        return new HistoryCleaner(
                jdbc,
                partitions(PartitionPeriod.WEEK, now),
                settings(PartitionPeriod.WEEK),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private static HistoryProperties settings(PartitionPeriod period) {
        return new HistoryProperties(Duration.ofDays(90), period, 2, Duration.ofHours(1));
    }

    private List<String> tables() {
        return partitions(PartitionPeriod.DAY, SUNDAY).existing().stream()
                .map(ObjectPartitions.PartitionDays::table)
                .toList();
    }

    private long count(String table) {
        return jdbc.sql("select count(*) from " + table).query(Long.class).single();
    }

    private void insert(Instant... made) {
        for (Instant instant : made) {
            long id = TaskId.floor(instant).value();
            jdbc.sql("insert into task (id, account) values (:id, 'a')")
                    .param("id", id)
                    .update();
            jdbc.sql("""
                            insert into task_object (task_id, index, object, missing, segment)
                            values (:id, 0, 'https://a/', '{}', 7)
                            """).param("id", id).update();
        }
    }
}

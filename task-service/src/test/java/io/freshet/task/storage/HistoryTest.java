package io.freshet.task.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import io.freshet.task.Postgres;
import io.freshet.task.storage.HistoryProperties.Portion;
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
    void partitions_are_made_ahead_and_the_week_begins_on_monday() {
        maintain(Portion.WEEK, SUNDAY);
        assertThat(tables())
                .containsExactly(
                        "task_object_20261116_20261123",
                        "task_object_20261123_20261130",
                        "task_object_20261130_20261207");
        maintain(Portion.WEEK, SUNDAY);
        assertThat(tables()).hasSize(3);
        maintain(Portion.WEEK, SUNDAY.plus(Duration.ofDays(1)));
        assertThat(tables()).hasSize(4);
    }

    @Test
    void another_portion_goes_on_where_the_last_one_ended() {
        maintain(Portion.WEEK, SUNDAY);
        maintain(Portion.DAY, SUNDAY.plus(Duration.ofDays(15)));
        assertThat(tables())
                .contains(
                        "task_object_20261130_20261207",
                        "task_object_20261207_20261208",
                        "task_object_20261208_20261209");
        maintain(Portion.WEEK, SUNDAY.plus(Duration.ofDays(17)));
        assertThat(tables()).contains("task_object_20261209_20261210", "task_object_20261210_20261214");
    }

    @Test
    void objects_land_in_the_partition_of_their_day_and_an_object_that_came_before_its_partition_moves_there() {
        insert(SUNDAY, SUNDAY.plus(Duration.ofDays(1)), Instant.parse("2020-01-02T00:00:00Z"));
        assertThat(count("task_object_default")).isEqualTo(3);
        maintain(Portion.DAY, SUNDAY);
        assertThat(count("task_object_20261122_20261123")).isEqualTo(1);
        assertThat(count("task_object_20261123_20261124")).isEqualTo(1);
        assertThat(count("task_object_default")).isEqualTo(1);
        assertThat(jdbc.sql("select distinct status || era from task_object where object is not null")
                        .query(String.class)
                        .list())
                .containsExactly("COMPLETE7");
    }

    @Test
    void instances_that_start_together_make_every_partition_once() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<java.util.concurrent.Future<?>> all = List.of(
                    threads.submit(() -> maintain(Portion.DAY, SUNDAY)),
                    threads.submit(() -> maintain(Portion.DAY, SUNDAY)),
                    threads.submit(() -> maintain(Portion.DAY, SUNDAY)));
            for (java.util.concurrent.Future<?> one : all) {
                one.get();
            }
        }
        assertThat(tables()).hasSize(3);
    }

    @Test
    void what_is_older_than_the_retention_is_removed_with_its_partition_and_nothing_else() {
        Instant old = SUNDAY.minus(Duration.ofDays(100));
        maintain(Portion.WEEK, old);
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
    void an_era_goes_with_the_last_of_its_tasks_and_what_is_of_no_era_is_found_for_ever() {
        era(1, SUNDAY.minus(Duration.ofDays(120)), SUNDAY.minus(Duration.ofDays(91)));
        era(2, SUNDAY.minus(Duration.ofDays(92)), SUNDAY.minus(Duration.ofDays(89)));
        era(3, SUNDAY, SUNDAY);
        retention(SUNDAY).run();
        assertThat(jdbc.sql("select era from object_era order by era")
                        .query(Integer.class)
                        .list())
                .containsExactly(0, 2, 3);
        retention(SUNDAY.plus(Duration.ofDays(365))).run();
        assertThat(jdbc.sql("select era from object_era").query(Integer.class).list())
                .containsExactly(0);
    }

    private void era(int era, Instant first, Instant last) {
        jdbc.sql("insert into object_era values (:era, :first, :last)")
                .param("era", era)
                .param("first", TaskId.floor(first).value())
                .param("last", TaskId.floor(last).value())
                .update();
    }

    @Test
    void settings_that_make_no_sense_are_named() {
        assertThatThrownBy(() -> new HistoryProperties(Duration.ofHours(1), Portion.DAY, 2, Duration.ofHours(1)))
                .hasMessageContaining("freshet.history.retention");
        assertThatThrownBy(() -> new HistoryProperties(Duration.ofDays(90), Portion.DAY, 0, Duration.ofHours(1)))
                .hasMessageContaining("ahead");
    }

    private void maintain(Portion portion, Instant now) {
        partitions(portion, now).maintain();
    }

    private Partitions partitions(Portion portion, Instant now) {
        return new Partitions(jdbc, transaction, settings(portion), Clock.fixed(now, ZoneOffset.UTC));
    }

    private Retention retention(Instant now) {
        return new Retention(
                jdbc, partitions(Portion.WEEK, now), settings(Portion.WEEK), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static HistoryProperties settings(Portion portion) {
        return new HistoryProperties(Duration.ofDays(90), portion, 2, Duration.ofHours(1));
    }

    private List<String> tables() {
        return partitions(Portion.DAY, SUNDAY).existing().stream()
                .map(Partitions.Partition::table)
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
            jdbc.sql(
                            "insert into task_object (task_id, index, object, missing, era) values (:id, 0, 'https://a/', '{}', 7)")
                    .param("id", id)
                    .update();
        }
    }
}

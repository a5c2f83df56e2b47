package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.task.Postgres;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sums of batches over a history that is large enough for an index to matter. */
class BatchQueriesTest {

    private static final Logger log = LoggerFactory.getLogger(BatchQueriesTest.class);
    private static final int TASKS = 1_000;
    private static final long FIRST =
            TaskId.floor(Instant.parse("2026-11-01T00:00:00Z")).value();
    private static final BatchId BATCH = new BatchId(FIRST);
    private static JdbcClient jdbc;
    private static BatchQueries queries;

    @BeforeAll
    static void history() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        jdbc = JdbcClient.create(database);
        queries = new BatchQueries(jdbc);
        insertBatch(FIRST);
        insertTasks(FIRST, 1, TASKS);
        insertTasks(null, 1 + TASKS, 20 * TASKS);
        jdbc.sql("vacuum analyze").update();
    }

    private static void insertBatch(long id) {
        jdbc.sql("""
                        insert into batch (id, account, kind, selector, on_error, request_id, upload, reported_at)
                        values (:id, 'acme', 'REFRESH', 'URL', 'SKIP', gen_random_uuid(), 'RECEIVED', now())
                        """).param("id", id).update();
    }

    /** Tasks of 1,000 objects; the first half has been reported by three nodes, of which one is missing in each 4th. */
    private static void insertTasks(@Nullable Long batch, int from, int count) {
        jdbc.sql("""
                        insert into task (id, account, kind, selector, domain, object_count, command_read, reported,
                            complete_count, reported_count, delivered, pairs, max_nodes, batch_id)
                        select :first + n, 'acme', 'REFRESH', 'URL', 'www.example.com', 1000, true, n % 2 = 0,
                            case when n % 4 = 0 then 1000 else 0 end,
                            case when n % 2 = 0 then 1000 else 0 end,
                            case when n % 4 = 0 then 3000 when n % 2 = 0 then 2000 else 0 end,
                            case when n % 2 = 0 then 3000 else 0 end,
                            case when n % 2 = 0 then 3 else 0 end, :batch
                        from generate_series(:from, :from + :count - 1) n
                        """)
                .param("first", FIRST)
                .param("batch", batch)
                .param("from", from)
                .param("count", count)
                .update();
    }

    @Test
    void batch_is_the_sum_of_its_tasks() {
        BatchView batch = queries.batch(BATCH, "acme").orElseThrow();
        assertThat(batch.tasks())
                .containsOnly(
                        Map.entry(TaskStatus.PENDING, 500),
                        Map.entry(TaskStatus.RUNNING, 250),
                        Map.entry(TaskStatus.COMPLETE, 250));
        assertThat(batch.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(batch.objectCount()).isEqualTo(1_000_000);
        assertThat(batch.completeCount()).isEqualTo(250_000);
        // Of three nodes for each object, also for those that no worker has reported yet: 1,250,000 of 3,000,000.
        assertThat(batch.progress()).isEqualTo(41);
    }

    @Test
    void sums_of_a_thousand_tasks_are_read_by_an_index() {
        String plan = String.join(
                "\n",
                jdbc.sql("explain (analyze) " + BatchQueries.SELECT + " and b.id = :id")
                        .param("account", "acme")
                        .param("id", BATCH.value())
                        .query(String.class)
                        .list());
        log.info("the sums of 1,000 tasks:\n{}", plan);
        assertThat(plan).contains("task_of_batch").doesNotContain("Seq Scan on task");
    }

    @ParameterizedTest
    @CsvSource({
        "RECEIVING, '', PENDING",
        "RECEIVING, PENDING, PENDING",
        "RECEIVING, COMPLETE, RUNNING",
        "RECEIVED, PENDING, PENDING",
        "RECEIVED, COMPLETE PENDING, RUNNING",
        "RECEIVED, COMPLETE RUNNING FAILED, RUNNING",
        "RECEIVED, COMPLETE, COMPLETE",
        "RECEIVED, COMPLETE FAILED, FAILED",
        "REFUSED, '', FAILED",
        "INTERRUPTED, RUNNING, RUNNING",
        "INTERRUPTED, COMPLETE, FAILED",
        "CANCELLED, '', CANCELLED",
        "CANCELLED, COMPLETE RUNNING, RUNNING",
        "CANCELLED, COMPLETE FAILED, CANCELLED",
        "RECEIVED, COMPLETE CANCELLED, CANCELLED"
    })
    void status_follows_from_upload_and_tasks(UploadState upload, String tasks, TaskStatus status) {
        Set<TaskStatus> statuses = Arrays.stream(tasks.split(" "))
                .filter(name -> !name.isEmpty())
                .map(TaskStatus::valueOf)
                .collect(Collectors.toSet());
        assertThat(BatchQueries.status(upload, statuses)).isEqualTo(status);
    }
}

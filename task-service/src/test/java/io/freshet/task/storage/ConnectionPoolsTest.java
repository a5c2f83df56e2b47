package io.freshet.task.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.freshet.contracts.QuotaKind;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Pools are apart, and the database ends what takes too long. */
@ServiceTest
class ConnectionPoolsTest {

    @Autowired
    Service service;

    @Autowired
    ConnectionPools pools;

    @Autowired
    HikariDataSource recording;

    @Autowired
    Flyway flyway;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void admission_is_served_while_recording_and_queries_hold_all_connections() throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (DataSource pool : List.of(recording, pools.queries())) {
                for (int i = 0; i < ((HikariDataSource) pool).getMaximumPoolSize(); i++) {
                    held.add(pool.getConnection());
                }
            }
            assertThat(service.admit(Service.request(account, "key", 10, TaskIds.next(), 1))
                            .status())
                    .isEqualTo(200);
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void pools_have_timeouts_of_their_own() {
        assertThat(show(pools.admissions(), "statement_timeout")).isEqualTo("400ms");
        assertThat(show(pools.admissions(), "lock_timeout")).isEqualTo("200ms");
        assertThat(show(JdbcClient.create(pools.queries()), "statement_timeout"))
                .isEqualTo("4500ms");
        assertThat(show(JdbcClient.create(recording), "statement_timeout")).isEqualTo("0");
    }

    @Test
    void slow_queries_of_an_account_are_refused_and_other_accounts_are_served() throws Exception {
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 1));
        try (Connection connection = recording.getConnection();
                Statement statement = connection.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            connection.setAutoCommit(false);
            // Queries of tasks wait for this lock until the database ends them.
            statement.execute("lock table index_segment in access exclusive mode");
            String slow = "/tasks?object=x&account=" + account;
            List<Future<Service.Answer>> answers = IntStream.range(0, 20)
                    .mapToObj(_ -> threads.submit(() -> service.get(slow)))
                    .toList();
            assertThat(service.used(account + "-2", QuotaKind.URL)).isZero();
            for (Future<Service.Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(503);
                assertThat(answer.get().json().get("type").asString()).isEqualTo("urn:freshet:problem:overloaded");
                assertThat(answer.get().response().headers().firstValue("Retry-After"))
                        .isPresent();
            }
            connection.rollback();
        }
    }

    @Test
    void migration_gives_up_a_lock_that_others_hold() throws SQLException {
        Flyway migrations = Flyway.configure()
                .configuration(flyway.getConfiguration())
                .locations(Stream.concat(
                                Stream.of(flyway.getConfiguration().getLocations())
                                        .map(Object::toString),
                                Stream.of("classpath:db/test-migration"))
                        .toArray(String[]::new))
                .load();
        try (Connection connection = recording.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from held_node");

            assertThatThrownBy(migrations::migrate)
                    .isInstanceOf(FlywayException.class)
                    .hasMessageContaining("lock timeout");
            connection.rollback();
        }
        assertThat(show(JdbcClient.create(recording), "lock_timeout"))
                .as("stays in no pool")
                .isEqualTo("0");
    }

    @Test
    void contradictory_timeouts_are_refused() {
        assertThatThrownBy(() -> new DatabaseProperties(
                        8,
                        2,
                        Duration.ofMillis(200),
                        10,
                        4,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1)))
                .hasMessageContaining("freshet.database.admission-timeout (PT0.2S)")
                .hasMessageContaining("freshet.database.lock-timeout");
    }

    private static String show(JdbcClient jdbc, String setting) {
        return jdbc.sql("show " + setting).query(String.class).single();
    }
}

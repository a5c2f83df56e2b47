package io.freshet.task.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Connection pools of admissions and of queries, beside the application's pool, which records commands and events. So
 * none of the three waits for connections of another, and the database ends what takes too long.
 */
@Component
public class ConnectionPools implements AutoCloseable {

    /** Less than the gateways wait for an admission. */
    private static final Duration ADMISSION_CONNECTION_TIMEOUT = Duration.ofMillis(400);

    private final HikariDataSource recording;
    private final MeterRegistry meters;
    private final HikariDataSource admissions;
    private final HikariDataSource queries;

    public ConnectionPools(HikariDataSource recording, DatabaseProperties properties, MeterRegistry meters) {
        this.recording = recording;
        this.meters = meters;
        // A generic plan: planning would take 0.5 of 0.8 ms for each statement.
        this.admissions = open(
                "admissions",
                properties.admissionConnections(),
                timeouts(properties.admissionTimeout(), properties) + "; set plan_cache_mode = force_generic_plan");
        this.admissions.setConnectionTimeout(ADMISSION_CONNECTION_TIMEOUT.toMillis());
        this.queries = open("queries", properties.queryConnections(), timeouts(properties.queryTimeout(), properties));
    }

    private static String timeouts(Duration statement, DatabaseProperties properties) {
        return "set statement_timeout = %d; set lock_timeout = %d"
                .formatted(statement.toMillis(), properties.lockTimeout().toMillis());
    }

    private HikariDataSource open(String name, int size, String initSql) {
        HikariConfig config = new HikariConfig();
        recording.copyStateTo(config);
        config.setPoolName(recording.getPoolName() + '-' + name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(size);
        config.setConnectionInitSql(initSql);
        config.setMetricRegistry(null);
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
        return new HikariDataSource(config);
    }

    /** Returns a client of the pool of admissions, which takes part in its transactions. */
    public JdbcClient admissions() {
        return JdbcClient.create(admissions);
    }

    /** Returns transactions of the pool of admissions. */
    public TransactionTemplate admissionTransactions() {
        return new TransactionTemplate(new DataSourceTransactionManager(admissions));
    }

    /** Returns the pool of queries. */
    public DataSource queries() {
        return queries;
    }

    @Override
    public void close() {
        admissions.close();
        queries.close();
    }
}

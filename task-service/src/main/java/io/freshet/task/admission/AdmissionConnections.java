package io.freshet.task.admission;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Connections for batch admissions only. The gateway waits half a second at most for an admission, so queries must not
 * take the connections; and PostgreSQL must use a generic plan here, or planning takes 0.5 of 0.8 ms for each
 * statement.
 */
@Component
class AdmissionConnections implements AutoCloseable {

    /** One for each gateway, which makes one call at a time. */
    private static final int CONNECTIONS = 4;

    private final HikariDataSource pool;

    AdmissionConnections(HikariDataSource others, MeterRegistry meters) {
        HikariConfig config = new HikariConfig();
        others.copyStateTo(config);
        config.setPoolName(config.getPoolName() + "-admissions");
        config.setMaximumPoolSize(Math.min(CONNECTIONS, config.getMaximumPoolSize()));
        config.setMinimumIdle(config.getMaximumPoolSize());
        config.setConnectionInitSql("set plan_cache_mode = force_generic_plan");
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
        pool = new HikariDataSource(config);
    }

    /** Returns a client for single statements outside of transactions. */
    JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    @Override
    public void close() {
        pool.close();
    }
}

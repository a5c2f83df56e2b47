package io.freshet.task.admission;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The connections of groups of admissions, apart from all others. A client waits for an admission half a second, which no query may take from
 * it; and on these PostgreSQL plans a statement once. Otherwise it may decide to plan it every time, since it takes that for cheap: 0.5 ms of
 * the 0.8 that an admission took.
 */
@Component
class AdmissionConnections implements AutoCloseable {

    /** One for each gateway that is asking: each makes one call at a time. */
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

    /** For single statements, outside of transactions. */
    JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    @Override
    public void close() {
        pool.close();
    }
}

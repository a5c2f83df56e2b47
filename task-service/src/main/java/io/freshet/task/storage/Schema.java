package io.freshet.task.storage;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The tables and their partitions, migrated once the database answers for the first time. */
@Component
public class Schema implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private final Flyway flyway;
    private final ObjectPartitions partitions;
    private volatile boolean ready;

    Schema(Flyway flyway, ObjectPartitions partitions) {
        this.flyway = flyway;
        this.partitions = partitions;
    }

    @Configuration(proxyBeanMethods = false)
    static class DeferredMigration {

        /** Keeps Spring Boot from migrating at startup, which fails without the database. */
        @Bean
        FlywayMigrationStrategy deferMigration() {
            return _ -> {};
        }

        /**
         * Lets migrations give up locks early: a statement that waits for an exclusive lock blocks all later ones. They
         * have connections of their own, so that the setting stays in no pool.
         */
        @Bean
        FlywayConfigurationCustomizer migrationConnections(HikariDataSource pool, DatabaseProperties properties) {
            DriverManagerDataSource connections =
                    new DriverManagerDataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
            connections.setConnectionProperties(pool.getDataSourceProperties());
            String lockTimeout =
                    "set lock_timeout = " + properties.migrationLockTimeout().toMillis();
            return configuration -> configuration.dataSource(connections).initSql(lockTimeout);
        }
    }

    /** Returns whether the tables exist. */
    public boolean ready() {
        return ready;
    }

    /** Migrates, and returns whether that succeeded. If not, it logs the reason and may be called again. */
    boolean prepare() {
        try {
            flyway.migrate();
            partitions.maintain();
            ready = true;
        } catch (FlywayException | DataAccessException | TransactionException e) {
            log.warn("The database is not ready; retrying: {}", e.getMessage());
        }
        return ready;
    }

    @Override
    public Health health() {
        return ready
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "the database is not migrated yet")
                        .build();
    }
}

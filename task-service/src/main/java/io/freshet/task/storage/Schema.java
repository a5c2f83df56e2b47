package io.freshet.task.storage;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
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

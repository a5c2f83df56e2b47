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

/** The tables and their partitions, made or brought up to date when the database answers for the first time. */
@Component
public class Schema implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private final Flyway flyway;
    private final Partitions partitions;
    private volatile boolean ready;

    Schema(Flyway flyway, Partitions partitions) {
        this.flyway = flyway;
        this.partitions = partitions;
    }

    @Configuration(proxyBeanMethods = false)
    static class Later {

        /** Spring Boot would migrate before the service is up, and give up where the database is away. */
        @Bean
        FlywayMigrationStrategy migrateLater() {
            return _ -> {};
        }
    }

    /** Whether the tables are there; without them nothing can be asked. */
    public boolean ready() {
        return ready;
    }

    /** Whether it succeeded; if not, the reason is in the log, and it can be tried again. */
    boolean prepare() {
        try {
            flyway.migrate();
            partitions.maintain();
            ready = true;
        } catch (FlywayException | DataAccessException | TransactionException e) {
            log.warn("The database cannot be used yet: {}", e.getMessage());
        }
        return ready;
    }

    @Override
    public Health health() {
        return ready
                ? Health.up().build()
                : Health.outOfService().withDetail("reason", "not migrated yet").build();
    }
}

package io.freshet.task.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the database connections. The pool that records commands and events is {@code spring.datasource.hikari}.
 *
 * @param admissionConnections Connections for admissions and nonces; at least 2. Half of them are for batches, of which
 *     each gateway sends one at a time.
 * @param admissionsPerAccount Admissions of one account, outside of batches, that use a connection at once; at least 1.
 * @param admissionTimeout Time after which the database cancels a statement of an admission; positive, and less than
 *     the gateways wait for an admission.
 * @param queryConnections Connections for queries; at least 1.
 * @param queriesPerAccount Queries of one account that use a connection at once; positive, and at most
 *     query-connections.
 * @param queryTimeout Time after which the database cancels a query; positive, and less than the gateways wait for a
 *     query.
 * @param lockTimeout Time after which the database cancels an admission or a query that waits for a lock; positive, and
 *     less than admission-timeout.
 * @param migrationLockTimeout Time after which a migration gives up a lock that others hold; it is tried again. A
 *     waiting migration blocks all later statements on its table. Positive.
 */
@ConfigurationProperties("freshet.database")
public record DatabaseProperties(
        @DefaultValue("8") int admissionConnections,
        @DefaultValue("2") int admissionsPerAccount,
        @DefaultValue("400ms") Duration admissionTimeout,
        @DefaultValue("10") int queryConnections,
        @DefaultValue("4") int queriesPerAccount,
        @DefaultValue("4500ms") Duration queryTimeout,
        @DefaultValue("200ms") Duration lockTimeout,
        @DefaultValue("2s") Duration migrationLockTimeout) {

    public DatabaseProperties {
        if (admissionConnections < 2 || queryConnections < 1) {
            throw new IllegalArgumentException("freshet.database: admission-connections (" + admissionConnections
                    + ") must be at least 2, query-connections (" + queryConnections + ") at least 1");
        }
        if (admissionsPerAccount < 1 || queriesPerAccount < 1 || queriesPerAccount > queryConnections) {
            throw new IllegalArgumentException("freshet.database: admissions-per-account (" + admissionsPerAccount
                    + ") must be positive, queries-per-account (" + queriesPerAccount
                    + ") between 1 and query-connections (" + queryConnections + ')');
        }
        if (!queryTimeout.isPositive() || !lockTimeout.isPositive() || !migrationLockTimeout.isPositive()) {
            throw new IllegalArgumentException("freshet.database: query-timeout (" + queryTimeout + "), lock-timeout ("
                    + lockTimeout + ") and migration-lock-timeout (" + migrationLockTimeout + ") must be positive");
        }
        if (admissionTimeout.compareTo(lockTimeout) <= 0) {
            throw new IllegalArgumentException("freshet.database.admission-timeout (" + admissionTimeout
                    + ") must be longer than freshet.database.lock-timeout (" + lockTimeout + ')');
        }
    }
}

package io.freshet.task.gateway;

import io.freshet.task.storage.ConnectionPools;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Numbers of the gateways, 0 to 511, which make their task ids unique: the others belong to children of manifests. A
 * number that is not renewed is given to another.
 */
@Component
class GatewayNumbers {

    /** Gateways renew every few seconds, and may be cut off for a while. */
    static final Duration LEASE = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    GatewayNumbers(ConnectionPools pools, Clock clock) {
        this.jdbc = pools.admissions();
        this.clock = clock;
    }

    /** Returns the gateway's number, or else the one that was not used for longest; empty if all are leased. */
    Optional<Integer> lease(UUID holder) {
        Instant now = clock.instant();
        return renew(holder, now).or(() -> take(holder, now));
    }

    private Optional<Integer> renew(UUID holder, Instant now) {
        return jdbc.sql("update gateway_number set renewed_at = :now where holder = :holder returning number")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("holder", holder)
                .query(Integer.class)
                .optional();
    }

    private Optional<Integer> take(UUID holder, Instant now) {
        return jdbc.sql("""
                        update gateway_number set holder = :holder, renewed_at = :now
                        where number = (
                            select number from gateway_number where renewed_at < :expired
                            order by renewed_at, number limit 1 for update skip locked)
                        returning number
                        """)
                .param("holder", holder)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("expired", now.minus(LEASE).atOffset(ZoneOffset.UTC))
                .query(Integer.class)
                .optional();
    }
}

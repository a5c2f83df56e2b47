package io.freshet.task.nonce;

import io.freshet.contracts.nonce.NonceUse;
import io.freshet.task.storage.ConnectionPools;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Nonces that have been used with any gateway and have not expired. */
@Component
class NonceStore implements PeriodicJob {

    private final JdbcClient jdbc;
    private final Clock clock;

    NonceStore(ConnectionPools pools, Clock clock) {
        this.jdbc = pools.admissions();
        this.clock = clock;
    }

    /** Marks the nonce as used, and returns whether this was its first use. Of concurrent uses, exactly one is. */
    boolean use(NonceUse use) {
        return jdbc.sql("""
                        insert into used_nonce as u (nonce, expires_at) values (:nonce, :expiresAt)
                        on conflict (nonce) do update set expires_at = excluded.expires_at where u.expires_at <= :now
                        """)
                        .param("nonce", use.nonce())
                        .param("expiresAt", use.expiresAt().atOffset(ZoneOffset.UTC))
                        .param("now", now())
                        .update()
                == 1;
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run() {
        jdbc.sql("delete from used_nonce where expires_at <= :now")
                .param("now", now())
                .update();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}

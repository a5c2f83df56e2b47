package io.freshet.task.nonce;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.nonce.NonceUse;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class NonceStoreTest {

    @Autowired
    Service service;

    @Autowired
    NonceStore nonces;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MovableClock clock;

    @Test
    void concurrent_uses_of_a_nonce_have_exactly_one_first() throws Exception {
        NonceUse use = new NonceUse(UUID.randomUUID(), clock.instant().plus(Duration.ofMinutes(30)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> ask = () -> use(use);
            var answers = threads.invokeAll(Stream.generate(() -> ask).limit(20).toList()).stream()
                    .map(Future::resultNow)
                    .toList();
            assertThat(answers).containsOnlyOnce(204).contains(409).hasSize(20);
        }
    }

    @Test
    void an_expired_nonce_is_removed() {
        NonceUse expired = new NonceUse(UUID.randomUUID(), clock.instant().minusSeconds(1));
        NonceUse kept = new NonceUse(UUID.randomUUID(), clock.instant().plusSeconds(60));
        assertThat(use(expired)).isEqualTo(204);
        assertThat(use(expired)).isEqualTo(204);
        assertThat(use(kept)).isEqualTo(204);
        nonces.run();
        assertThat(use(kept)).isEqualTo(409);
        assertThat(jdbc.sql("select count(*) from used_nonce where nonce = :nonce")
                        .param("nonce", expired.nonce())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void an_invalid_nonce_is_refused() {
        assertThat(service.post("/nonces", "{\"nonce\":\"x\"}").status()).isEqualTo(400);
        assertThat(service.post("/nonces", "{}").status()).isEqualTo(400);
    }

    private int use(NonceUse use) {
        return service.post("/nonces", JsonMapping.mapper().writeValueAsString(use))
                .status();
    }
}

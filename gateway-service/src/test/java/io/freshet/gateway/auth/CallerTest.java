package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Quotas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class CallerTest {

    private static final Account ACCOUNT = new Account("acme", false, List.of(), List.of(), Quotas.DEFAULT, 3_000);
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void stream_ends_when_its_token_expires_and_not_before() {
        Caller caller = new Caller(ACCOUNT, "ci", Instant.EPOCH.plusSeconds(60));
        StepVerifier.withVirtualTime(() -> caller.untilExpired(CLOCK))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(59))
                .thenAwait(Duration.ofSeconds(1))
                .verifyComplete();
    }

    @Test
    void stream_of_a_token_without_expiry_does_not_end() {
        StepVerifier.withVirtualTime(() -> new Caller(ACCOUNT, "ci", null).untilExpired(CLOCK))
                .expectSubscription()
                .expectNoEvent(Duration.ofDays(1_000))
                .thenCancel()
                .verify();
    }
}

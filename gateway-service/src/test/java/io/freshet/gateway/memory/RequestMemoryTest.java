package io.freshet.gateway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class RequestMemoryTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemoryBudget budget = TestMemory.of("30KB", "20KB", 2, meters);

    private RequestMemory of(String account) {
        RequestMemory memory = budget.open();
        memory.chargeTo(account);
        return memory;
    }

    @Test
    void account_beyond_its_share_gets_429_while_another_is_served() {
        RequestMemory greedy = of("a");
        greedy.add(16_000);
        assertRefused(() -> greedy.add(1_000), 429);
        of("b").add(4_000);
        assertRefused(() -> of("b").add(4_000), 503);
        greedy.close();
        of("c").add(10_000);
    }

    @Test
    void account_beyond_its_requests_gets_429_until_one_ends_or_streams() {
        RequestMemory first = of("a");
        RequestMemory second = of("a");
        assertRefused(() -> of("a"), 429);
        first.close();
        RequestMemory third = of("a");
        assertRefused(() -> of("a"), 429);
        second.becomeStream();
        of("a");
        third.close();
        of("b");
    }

    @Test
    void memory_is_released_by_the_last_user_only() {
        RequestMemory memory = of("a");
        memory.add(1_000);
        memory.retain();
        memory.close();
        assertThat(heldBytes()).isEqualTo(4_096 + 1_000);
        memory.close();
        memory.close();
        memory.add(1_000);
        assertThat(heldBytes()).isZero();
    }

    @Test
    void long_response_holds_only_what_is_not_written() {
        RequestMemory memory = of("a");
        DefaultDataBufferFactory buffers = DefaultDataBufferFactory.sharedInstance;
        Flux<org.springframework.core.io.buffer.DataBuffer> body =
                Flux.range(0, 100).map(_ -> buffers.wrap(new byte[1_000]));
        StepVerifier.create(memory.countedInFlight(body), 5)
                .expectNextCount(5)
                .then(() -> assertThat(heldBytes()).isEqualTo(4_096 + 5_000))
                .thenRequest(3)
                .expectNextCount(3)
                .then(() -> assertThat(heldBytes()).isEqualTo(4_096 + 5_000))
                .thenRequest(92)
                .expectNextCount(20 - 8)
                .thenCancel()
                .verify();
        memory.close();
        assertThat(List.of(heldBytes())).containsExactly(0.0);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int status) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(status);
            assertThat(refused.headers().getFirst("Retry-After")).isEqualTo("1");
        });
    }

    private double heldBytes() {
        return meters.get("freshet.request.memory").gauge().value();
    }
}

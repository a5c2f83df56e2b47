package io.freshet.task.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.admission.GatewayNumber;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class GatewayNumbersTest {

    @Autowired
    Service service;

    @Autowired
    GatewayNumbers numbers;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MovableClock clock;

    @BeforeEach
    void all_numbers_are_free() {
        jdbc.sql("update gateway_number set holder = null, renewed_at = '-infinity'")
                .update();
    }

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void gateways_that_start_together_get_different_numbers() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> start = () -> lease(UUID.randomUUID());
            List<Integer> leased = threads
                    .invokeAll(Stream.generate(() -> start).limit(20).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
            assertThat(leased).doesNotHaveDuplicates().allMatch(number -> number >= 0 && number < 512);
        }
    }

    @Test
    void gateway_that_renews_keeps_its_number() {
        UUID gateway = UUID.randomUUID();
        int number = lease(gateway);
        clock.setAhead(GatewayNumbers.LEASE.multipliedBy(2));
        assertThat(lease(gateway)).isEqualTo(number);
    }

    @Test
    void number_is_given_to_another_gateway_only_after_its_lease() {
        int first = lease(UUID.randomUUID());
        for (int i = 1; i < 512; i++) {
            assertThat(numbers.lease(UUID.randomUUID()))
                    .hasValueSatisfying(number -> assertThat(number).isNotEqualTo(first));
        }
        assertThat(service.put("/gateway-numbers/" + UUID.randomUUID()).status())
                .as("all are leased")
                .isEqualTo(503);
        clock.setAhead(GatewayNumbers.LEASE.plusSeconds(1));
        assertThat(lease(UUID.randomUUID())).as("unused for longest").isEqualTo(first);
    }

    private int lease(UUID gateway) {
        return service.put("/gateway-numbers/" + gateway)
                .as(GatewayNumber.class)
                .number();
    }
}

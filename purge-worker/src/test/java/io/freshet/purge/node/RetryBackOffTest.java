package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

class RetryBackOffTest {

    @Test
    void pauses_double_up_to_a_second() {
        BackOffExecution backOff = RetryBackOff.start();

        assertThat(LongStream.generate(backOff::nextBackOff).limit(9))
                .containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1_000L, 1_000L, 1_000L);
    }
}

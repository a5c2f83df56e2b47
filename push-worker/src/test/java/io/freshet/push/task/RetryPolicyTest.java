package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

class RetryPolicyTest {

    private final RetryPolicy retries =
            new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMinutes(30));

    @RepeatedTest(20)
    void pauses_double_up_to_the_longest_with_half_of_each_random() {
        BackOffExecution backOff = retries.backOff();

        assertThat(retries.pause(backOff, null)).isBetween(Duration.ofMillis(500), Duration.ofMillis(750));
        assertThat(retries.pause(backOff, null)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
        assertThat(retries.pause(backOff, null)).isBetween(Duration.ofMillis(1_000), Duration.ofMillis(3_000));
        for (int attempt = 4; attempt < 100; attempt++) {
            assertThat(retries.pause(backOff, null)).isLessThanOrEqualTo(Duration.ofSeconds(60));
        }
        assertThat(retries.pause(backOff, null)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void retry_after_is_honoured_within_bounds() {
        assertThat(retries.pause(retries.backOff(), Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(retries.pause(retries.backOff(), Duration.ofDays(300))).isEqualTo(Duration.ofSeconds(60));
        assertThat(retries.pause(retries.backOff(), Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void settings_that_cannot_work_are_refused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, second, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, Duration.ZERO, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(1), second));
    }
}

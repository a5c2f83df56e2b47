package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final RetryPolicy retries =
            new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMinutes(30));

    @RepeatedTest(20)
    void pauses_double_up_to_the_longest_and_half_of_each_is_random() {
        assertThat(retries.backoffAfter(1, null)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(retries.backoffAfter(3, null)).isBetween(Duration.ofMillis(1_000), Duration.ofMillis(2_000));
        assertThat(retries.backoffAfter(1_000, null)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void retry_after_is_honoured_within_bounds() {
        assertThat(retries.backoffAfter(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(retries.backoffAfter(1, Duration.ofDays(300))).isEqualTo(Duration.ofSeconds(60));
        assertThat(retries.backoffAfter(1, Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void settings_that_cannot_work_are_refused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, second, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, Duration.ZERO, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(1), second));
    }
}

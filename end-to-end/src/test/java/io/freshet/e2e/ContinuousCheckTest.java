package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContinuousCheckTest {

    @Test
    void check_that_is_closed_at_once_has_run() {
        AtomicInteger runs = new AtomicInteger();

        ContinuousCheck.that(runs::incrementAndGet).close();

        assertThat(runs).hasPositiveValue();
    }

    @Test
    void check_that_throws_anything_fails_the_test_at_close() {
        for (RuntimeException thrown : new RuntimeException[] {new IllegalStateException(), new ClassCastException()}) {
            ContinuousCheck check = ContinuousCheck.that(() -> {
                throw thrown;
            });

            assertThatThrownBy(check::close).isInstanceOf(AssertionError.class).hasCause(thrown);
        }
    }
}

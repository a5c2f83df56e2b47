package io.freshet.task.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {

    private final ConcurrencyLimiter limiter = new ConcurrencyLimiter("queries", 3, 2);

    @Test
    void account_with_all_of_its_permits_is_refused_and_leaves_the_rest_to_others() {
        ConcurrencyLimiter.Permit first = limiter.acquire("acme");
        limiter.acquire("acme");

        assertThatThrownBy(() -> limiter.acquire("acme"))
                .isInstanceOf(OverloadedException.class)
                .hasMessage("the account has 2 queries in progress");
        assertThat(limiter.acquire("other")).isNotNull();

        first.close();
        assertThat(limiter.acquire("acme")).isNotNull();
    }

    @Test
    void refusal_by_the_total_returns_the_permit_of_the_account() {
        ConcurrencyLimiter.Permit first = limiter.acquire("acme");
        limiter.acquire("acme");
        limiter.acquire("other");

        assertThatThrownBy(() -> limiter.acquire("other")).hasMessage("too many queries are in progress");

        first.close();
        assertThat(limiter.acquire("other")).isNotNull();
    }
}

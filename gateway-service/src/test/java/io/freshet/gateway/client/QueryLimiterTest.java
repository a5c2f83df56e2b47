package io.freshet.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.problem.ProblemException;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class QueryLimiterTest {

    private final QueryLimiter limiter = new QueryLimiter(2);

    @Test
    void query_beyond_the_limit_of_its_account_is_refused_and_others_are_not() {
        Disposable first = limiter.limit("acme", Mono.never()).subscribe();
        limiter.limit("acme", Mono.never()).subscribe();

        Mono<Integer> third = limiter.limit("acme", Mono.just(3));
        assertThatThrownBy(third::block)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("2 queries in progress");
        assertThat(limiter.limit("other", Mono.just(1)).block()).isOne();

        first.dispose();
        assertThat(third.block()).isEqualTo(3);
    }
}

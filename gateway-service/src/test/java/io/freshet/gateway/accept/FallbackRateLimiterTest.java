package io.freshet.gateway.accept;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.TestSettings;
import io.freshet.gateway.request.object.LimitProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallbackRateLimiterTest {

    @Test
    void rate_below_the_largest_request_is_refused_at_start() {
        AcceptProperties properties =
                TestSettings.with(AcceptProperties.class, Map.of("freshet.gateway.fallback-urls-per-minute", "999"));
        LimitProperties limits = TestSettings.defaults(LimitProperties.class);
        assertThatThrownBy(() -> new FallbackRateLimiter(properties, limits, new SimpleMeterRegistry()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fallback-urls-per-minute")
                .hasMessageContaining("max-urls");
    }
}

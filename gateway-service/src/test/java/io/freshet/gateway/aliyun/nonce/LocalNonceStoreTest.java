package io.freshet.gateway.aliyun.nonce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LocalNonceStoreTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant UNTIL = START.plus(Duration.ofMinutes(15));

    private final TestClock clock = new TestClock();
    private final LocalNonceStore nonces = new LocalNonceStore(8, clock);

    private static final class TestClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void a_nonce_is_taken_once_by_each_access_key() {
        assertThat(nonces.use("a", "1", UNTIL)).isTrue();
        assertThat(nonces.use("a", "1", UNTIL)).isFalse();
        assertThat(nonces.use("a", "1", UNTIL.plusSeconds(60))).isFalse();
        assertThat(nonces.use("b", "1", UNTIL)).isTrue();
        assertThat(nonces.use("a", "2", UNTIL)).isTrue();
    }

    @Test
    void a_nonce_is_remembered_until_its_date_is_too_old_to_be_taken() {
        nonces.use("a", "1", UNTIL);
        clock.now = UNTIL;
        assertThat(nonces.use("a", "1", UNTIL)).isFalse();
        clock.now = UNTIL.plusSeconds(2);
        assertThat(nonces.use("a", "1", UNTIL.plusSeconds(900))).isTrue();
    }

    @Test
    void a_key_that_fills_its_share_is_refused_and_nothing_is_forgotten_for_it() {
        fill("a", 4);
        assertRefused("a", AliyunErrorCode.THROTTLED);
        assertThat(nonces.use("a", "0", UNTIL)).isFalse();
        assertThat(nonces.use("b", "1", UNTIL)).isTrue();
        clock.now = UNTIL.plusSeconds(2);
        assertThat(nonces.use("a", "new", UNTIL.plusSeconds(900))).isTrue();
    }

    @Test
    void without_any_room_everybody_is_refused_and_nothing_is_forgotten() {
        fill("a", 4);
        fill("b", 4);
        assertRefused("c", AliyunErrorCode.UNAVAILABLE);
        assertThat(nonces.use("b", "3", UNTIL)).isFalse();
    }

    private void fill(String key, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(nonces.use(key, Integer.toString(i), UNTIL)).isTrue();
        }
    }

    private void assertRefused(String key, AliyunErrorCode code) {
        assertThatThrownBy(() -> nonces.use(key, "new", UNTIL))
                .isInstanceOfSatisfying(
                        AliyunException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}

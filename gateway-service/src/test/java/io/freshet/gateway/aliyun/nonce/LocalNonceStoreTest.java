package io.freshet.gateway.aliyun.nonce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.fleet.account.AccessKey;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Quotas;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalNonceStoreTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant UNTIL = START.plus(Duration.ofMinutes(15));

    private final TestClock clock = new TestClock();
    private final LocalNonceStore nonces = new LocalNonceStore(8, 4, clock);

    private static AccessKey key(String account) {
        return key(account, "first");
    }

    private static AccessKey key(String account, String name) {
        return new AccessKey(
                account + '-' + name,
                new Account(account, false, List.of(), List.of(), Quotas.DEFAULT, 3_000),
                "secret-of-this-access-key");
    }

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
    void nonce_is_accepted_once_per_access_key() {
        assertThat(nonces.use(key("a"), "1", UNTIL)).isTrue();
        assertThat(nonces.use(key("a"), "1", UNTIL)).isFalse();
        assertThat(nonces.use(key("a"), "1", UNTIL.plusSeconds(60))).isFalse();
        assertThat(nonces.use(key("b"), "1", UNTIL)).isTrue();
        assertThat(nonces.use(key("a"), "2", UNTIL)).isTrue();
    }

    @Test
    void nonce_is_kept_until_its_signature_has_expired() {
        nonces.use(key("a"), "1", UNTIL);
        clock.now = UNTIL;
        assertThat(nonces.use(key("a"), "1", UNTIL)).isFalse();
        clock.now = UNTIL.plusSeconds(2);
        assertThat(nonces.use(key("a"), "1", UNTIL.plusSeconds(900))).isTrue();
    }

    @Test
    void account_beyond_its_share_is_refused_with_all_its_keys() {
        fill(key("a"), 4);
        assertRefused(key("a"), AliyunErrorCode.THROTTLED);
        assertRefused(key("a", "second"), AliyunErrorCode.THROTTLED);
        assertThat(nonces.use(key("a"), "0", UNTIL)).isFalse();
        assertThat(nonces.use(key("b"), "1", UNTIL)).isTrue();
        clock.now = UNTIL.plusSeconds(2);
        assertThat(nonces.use(key("a"), "new", UNTIL.plusSeconds(900))).isTrue();
    }

    @Test
    void full_store_refuses_all_accounts_and_drops_nothing() {
        fill(key("a"), 4);
        fill(key("b"), 4);
        assertRefused(key("c"), AliyunErrorCode.UNAVAILABLE);
        assertThat(nonces.use(key("b"), "3", UNTIL)).isFalse();
    }

    private void fill(AccessKey key, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(nonces.use(key, Integer.toString(i), UNTIL)).isTrue();
        }
    }

    private void assertRefused(AccessKey key, AliyunErrorCode code) {
        assertThatThrownBy(() -> nonces.use(key, "new", UNTIL))
                .isInstanceOfSatisfying(
                        AliyunException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}

package io.freshet.gateway.aliyun.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.fleet.account.AccessKey;
import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Quotas;
import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.nonce.AliyunNonceStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallRateLimiterTest {

    private static final Account ONE_CALL = new Account("one", false, List.of(), List.of(), Quotas.DEFAULT, 1);

    private final List<String> used = new ArrayList<>();

    @Test
    void call_beyond_the_rate_uses_no_nonce_and_replays_do_not_count() {
        Captured captured = Captured.all().findFirst().orElseThrow();
        AliyunAuthenticator authenticator = new AliyunAuthenticator(
                new CurrentAccessKeys(new AccessKeys(List.of(new AccessKey(Captured.KEY, ONE_CALL, Captured.SECRET)))),
                new RememberingStore(),
                new CallRateLimiter(),
                Clock.fixed(captured.signedAt(), ZoneOffset.UTC));
        authenticator.authenticate(captured.request());
        for (int i = 0; i < 3; i++) {
            assertRefused(authenticator, captured, AliyunErrorCode.NONCE_USED);
        }
        used.clear();
        assertRefused(authenticator, captured, AliyunErrorCode.THROTTLED);
        assertThat(used).isEmpty();
    }

    private static void assertRefused(AliyunAuthenticator authenticator, Captured captured, AliyunErrorCode code) {
        assertThatThrownBy(() -> authenticator.authenticate(captured.request()))
                .isInstanceOfSatisfying(
                        AliyunException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private final class RememberingStore implements AliyunNonceStore {
        @Override
        public boolean isKnown(AccessKey key, String nonce) {
            return used.contains(nonce);
        }

        @Override
        public boolean use(AccessKey key, String nonce, Instant until) {
            return used.add(nonce);
        }
    }
}

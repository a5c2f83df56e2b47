package io.freshet.gateway.aliyun.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.fleet.account.AccessKey;
import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Quotas;
import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.nonce.AliyunNonceStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of unmodified SDKs as captured from the network, and manipulated copies of them.
 */
class AliyunAuthenticatorTest {

    private static final Account ACCOUNT = new Account("acme", false, List.of(), List.of(), Quotas.DEFAULT, 3_000);

    private final Set<String> used = new HashSet<>();

    private final AliyunNonceStore nonces = new AliyunNonceStore() {
        @Override
        public boolean isKnown(AccessKey key, String nonce) {
            return used.contains(key.id() + nonce);
        }

        @Override
        public boolean use(AccessKey key, String nonce, Instant until) {
            return used.add(key.id() + nonce);
        }
    };

    private AliyunAuthenticator at(Instant now, String key, String secret) {
        return new AliyunAuthenticator(
                new CurrentAccessKeys(new AccessKeys(List.of(
                        new AccessKey(key, ACCOUNT, secret), new AccessKey("other", ACCOUNT, "another-secret-of-it")))),
                nonces,
                new CallRateLimiter(),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /** Returns an authenticator at the time of the signature. */
    private AliyunAuthenticator atSignature(Captured captured) {
        return at(captured.signedAt(), Captured.KEY, Captured.SECRET);
    }

    static Stream<Captured> captured() {
        return Captured.all();
    }

    @ParameterizedTest
    @MethodSource("captured")
    void signatures_of_the_sdks_are_accepted(Captured captured) {
        AliyunCall call = atSignature(captured).authenticate(captured.request());
        assertThat(call.account()).isEqualTo(ACCOUNT);
        assertThat(call.version()).isEqualTo("2018-05-10");
        assertThat(call.action()).isIn("RefreshObjectCaches", "DescribeRefreshTasks", "PushObjectCache");
        assertThat(call.parameters().get("Status")).isNull();
        if (!"DescribeRefreshTasks".equals(call.action())) {
            assertThat(call.parameters().get("ObjectPath")).startsWith("http://www.example.com/b c*~é");
        }
    }

    @ParameterizedTest
    @MethodSource("captured")
    void changed_signed_part_is_refused_and_uses_no_nonce(Captured captured) {
        List<AliyunRequest> changed = changed(captured.request());
        assertThat(changed).hasSizeGreaterThan(100);
        for (AliyunRequest request : changed) {
            assertThatThrownBy(() -> atSignature(captured).authenticate(request))
                    .as("%s", request)
                    .isInstanceOf(AliyunException.class);
        }
        assertThat(used).isEmpty();
    }

    /** Returns copies of the request with one changed character in each part. */
    private static List<AliyunRequest> changed(AliyunRequest request) {
        List<AliyunRequest> all = new ArrayList<>();
        all.add(with(request, request.method().equals("GET") ? "POST" : "GET", request.headers()));
        changed(request.query())
                .forEach(query -> all.add(
                        new AliyunRequest(request.method(), request.headers(), query, request.form(), request.body())));
        boolean acs3 = request.header("Authorization") != null;
        if (acs3) {
            changedHeaders(request).forEach(headers -> all.add(with(request, request.method(), headers)));
            for (int i = 0; i < request.body().length; i++) {
                byte[] body = request.body().clone();
                body[i] ^= 1;
                all.add(new AliyunRequest(request.method(), request.headers(), request.query(), request.form(), body));
            }
            byte[] longer = (new String(request.body(), StandardCharsets.US_ASCII) + "&a=b")
                    .getBytes(StandardCharsets.US_ASCII);
            all.add(new AliyunRequest(request.method(), request.headers(), request.query(), request.form(), longer));
        } else {
            changed(request.form())
                    .forEach(form -> all.add(new AliyunRequest(
                            request.method(), request.headers(), request.query(), form, request.body())));
        }
        return all;
    }

    private static AliyunRequest with(AliyunRequest request, String method, Map<String, String> headers) {
        return new AliyunRequest(method, headers, request.query(), request.form(), request.body());
    }

    private static List<AliyunParameters> changed(AliyunParameters parameters) {
        List<AliyunParameters> all = new ArrayList<>();
        parameters.all().forEach((name, value) -> {
            if (!value.isEmpty()) {
                changed(name).forEach(other -> all.add(replaced(parameters, name, other, value)));
                changed(value).forEach(other -> all.add(replaced(parameters, name, name, other)));
                all.add(replaced(parameters, name, name, value + "x"));
                all.add(replaced(parameters, name, name, ""));
            }
        });
        if (!parameters.all().isEmpty()) {
            SequencedMap<String, String> more = new LinkedHashMap<>(parameters.all());
            more.put("More", "1");
            all.add(new AliyunParameters(more));
        }
        return all;
    }

    private static AliyunParameters replaced(
            AliyunParameters parameters, String name, String newName, String newValue) {
        SequencedMap<String, String> changed = new LinkedHashMap<>(parameters.all());
        changed.remove(name);
        changed.put(newName, newValue);
        return new AliyunParameters(changed);
    }

    private static Stream<String> changed(String text) {
        return Stream.iterate(0, i -> i < text.length(), i -> i + 1)
                .map(i -> text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1));
    }

    private static List<Map<String, String>> changedHeaders(AliyunRequest request) {
        String authorization = String.valueOf(request.header("Authorization"));
        String signed = authorization.replaceFirst(".*SignedHeaders=", "").replaceFirst(",.*", "");
        List<Map<String, String>> all = new ArrayList<>();
        for (String name : (signed + ";Authorization").split(";")) {
            String value = String.valueOf(request.header(name));
            changed(value).forEach(other -> {
                Map<String, String> headers = new TreeMap<>(request.headers());
                headers.keySet().removeIf(name::equalsIgnoreCase);
                headers.put(name, other);
                TreeMap<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                anyCase.putAll(headers);
                all.add(anyCase);
            });
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("captured")
    void replayed_request_is_refused(Captured captured) {
        atSignature(captured).authenticate(captured.request());
        assertRefused(atSignature(captured), captured, AliyunErrorCode.NONCE_USED);
    }

    @ParameterizedTest
    @MethodSource("captured")
    void old_or_future_signature_is_refused_and_uses_no_nonce(Captured captured) {
        Duration tooMuch = Duration.ofMinutes(15).plusSeconds(2);
        assertRefused(
                at(captured.signedAt().plus(tooMuch), Captured.KEY, Captured.SECRET),
                captured,
                AliyunErrorCode.EXPIRED);
        assertRefused(
                at(captured.signedAt().minus(tooMuch), Captured.KEY, Captured.SECRET),
                captured,
                AliyunErrorCode.EXPIRED);
        assertThat(used).isEmpty();
        at(captured.signedAt().plus(Duration.ofMinutes(14)), Captured.KEY, Captured.SECRET)
                .authenticate(captured.request());
    }

    @ParameterizedTest
    @MethodSource("captured")
    void unknown_key_or_wrong_secret_is_refused_and_uses_no_nonce(Captured captured) {
        assertRefused(
                at(captured.signedAt(), "another-key", Captured.SECRET), captured, AliyunErrorCode.UNKNOWN_ACCESS_KEY);
        assertRefused(
                at(captured.signedAt(), Captured.KEY, "a-secret-of-somebody-else"),
                captured,
                AliyunErrorCode.WRONG_SIGNATURE);
        assertThat(used).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("captured")
    void signature_with_a_missing_part_is_refused_as_incomplete(Captured captured) {
        AliyunRequest request = captured.request();
        String authorization = request.header("Authorization");
        if (authorization == null) {
            for (String name : List.of(
                    "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "AccessKeyId")) {
                SequencedMap<String, String> less =
                        new LinkedHashMap<>(request.query().all());
                less.remove(name);
                assertRefused(atSignature(captured), with(request, less), AliyunErrorCode.INCOMPLETE_SIGNATURE);
            }
        } else {
            for (String name : List.of("x-acs-date", "x-acs-signature-nonce")) {
                // Not signed, so anybody could have written it.
                assertRefused(
                        atSignature(captured),
                        with(request, authorization.replace(";" + name, "")),
                        AliyunErrorCode.INCOMPLETE_SIGNATURE);
            }
            for (String other : List.of(
                    "ACS3-HMAC-SHA256 Credential=" + Captured.KEY,
                    "ACS3-HMAC-SM3 x",
                    authorization.replace(",Signature=", ",Sig="))) {
                assertRefused(atSignature(captured), with(request, other), AliyunErrorCode.INCOMPLETE_SIGNATURE);
            }
        }
        assertThat(used).isEmpty();
    }

    private static AliyunRequest with(AliyunRequest request, SequencedMap<String, String> query) {
        return new AliyunRequest(
                request.method(), request.headers(), new AliyunParameters(query), request.form(), request.body());
    }

    private static AliyunRequest with(AliyunRequest request, String authorization) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(request.headers());
        headers.put("Authorization", authorization);
        return new AliyunRequest(request.method(), headers, request.query(), request.form(), request.body());
    }

    /** The current SDK's header names the operation under 1.0 as well, but does not sign it there. */
    @ParameterizedTest
    @MethodSource("captured")
    void unsigned_header_does_not_select_the_operation(Captured captured) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(captured.request().headers());
        headers.put("x-acs-action", "DescribeRefreshQuota");
        AliyunRequest changed = with(captured.request(), captured.request().method(), headers);
        if (changed.header("Authorization") == null) {
            assertThat(atSignature(captured).authenticate(changed).action()).isNotEqualTo("DescribeRefreshQuota");
        } else {
            assertRefused(atSignature(captured), changed, AliyunErrorCode.WRONG_SIGNATURE);
        }
    }

    private static void assertRefused(AliyunAuthenticator authentication, Captured captured, AliyunErrorCode code) {
        assertRefused(authentication, captured.request(), code);
    }

    private static void assertRefused(AliyunAuthenticator authentication, AliyunRequest request, AliyunErrorCode code) {
        assertThatThrownBy(() -> authentication.authenticate(request))
                .isInstanceOfSatisfying(
                        AliyunException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}

package io.freshet.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.freshet.gateway.auth.IssuerKeys.UnavailableKeysException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/** Keys of an issuer over HTTP, with a clock of the test. */
class IssuerKeysTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger reads = new AtomicInteger();
    private volatile JWKSet published = new JWKSet();
    private volatile boolean fails;
    private volatile String issuerInMetadata = "";
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private HttpServer server;
    private String uri;
    private IssuerKeys keys;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        uri = "http://localhost:" + server.getAddress().getPort() + "/realm";
        issuerInMetadata = uri;
        server.createContext(
                "/realm/.well-known/openid-configuration",
                exchange -> answer(
                        exchange, "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\"}".formatted(issuerInMetadata, uri)));
        server.createContext("/realm/keys", exchange -> {
            reads.incrementAndGet();
            awaitPermission();
            // With private and symmetric keys, which no issuer should publish.
            answer(exchange, published.toString(false));
        });
        server.start();
        keys = new IssuerKeys(URI.create(uri), WebClient.create(), nanoTime::get);
        published = new JWKSet(key("a"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(fails ? 500 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void awaitPermission() {
        try {
            answers.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWK key(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private List<String> read(@Nullable String keyId) {
        JWKSet set = keys.get(keyId).block(Duration.ofSeconds(10));
        return set == null
                ? List.of()
                : set.getKeys().stream().map(JWK::getKeyID).toList();
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    @Test
    void keys_are_read_once_for_tokens_that_come_together_or_later() {
        answers = new CountDownLatch(1);
        Flux<JWKSet> all = Flux.range(0, 50).flatMap(_ -> keys.get("a"), 50).doOnSubscribe(_ -> {
            Thread.startVirtualThread(() -> {
                Awaitility.await().until(() -> reads.get() > 0);
                answers.countDown();
            });
        });
        assertThat(all.collectList().block(Duration.ofSeconds(10))).hasSize(50);
        pass(IssuerKeys.REFRESH_AFTER.minusSeconds(1));
        assertThat(read("a")).containsExactly("a");
        assertThat(read(null)).containsExactly("a");
        assertThat(reads).hasValue(1);
    }

    @Test
    void unknown_key_is_looked_for_once_in_five_seconds() throws Exception {
        read("a");
        published = new JWKSet(List.of(key("a"), key("b")));
        assertThat(read("b")).containsExactly("a");
        pass(IssuerKeys.MIN_INTERVAL.minusMillis(1));
        assertThat(read("made-up")).containsExactly("a");
        assertThat(reads).hasValue(1);
        pass(Duration.ofMillis(1));
        assertThat(read("b")).containsExactly("a", "b");
        assertThat(read("made-up")).containsExactly("a", "b");
        assertThat(reads).hasValue(2);
    }

    @Test
    void withdrawn_key_is_forgotten_after_five_minutes_without_a_wait() throws Exception {
        read("a");
        published = new JWKSet(key("b"));
        answers = new CountDownLatch(1);
        pass(IssuerKeys.REFRESH_AFTER);
        assertThat(read("a")).containsExactly("a");
        answers.countDown();
        Awaitility.await().untilAsserted(() -> assertThat(read("b")).containsExactly("b"));
    }

    @Test
    void old_keys_are_used_for_15_minutes_while_the_issuer_fails() {
        read("a");
        fails = true;
        pass(IssuerKeys.MAX_AGE.minusMillis(1));
        assertThat(read("a")).containsExactly("a");
        pass(Duration.ofMillis(1));
        assertUnavailable();
        fails = false;
        pass(IssuerKeys.RETRY_INTERVAL);
        assertThat(read("a")).containsExactly("a");
    }

    @Test
    void issuer_that_fails_is_asked_once_a_second() {
        server.stop(0);
        assertUnavailable();
        pass(IssuerKeys.RETRY_INTERVAL.minusMillis(1));
        assertThatThrownBy(() -> read("a")).hasMessageContaining("a moment ago");
        pass(Duration.ofMillis(1));
        assertThatThrownBy(() -> read("a")).hasMessageContaining("refused");
    }

    @Test
    void metadata_of_another_issuer_is_refused_and_names_it() {
        issuerInMetadata = "https://another.example.com";
        assertThatThrownBy(() -> read("a"))
                .isInstanceOf(UnavailableKeysException.class)
                .hasMessageContaining("https://another.example.com")
                .hasMessageContaining("issuer-uri");
        assertThat(reads).hasValue(0);
    }

    @Test
    void symmetric_keys_are_left_out() throws Exception {
        OctetSequenceKey secret =
                new OctetSequenceKeyGenerator(256).keyID("secret").generate();
        published = new JWKSet(List.of(secret, key("a")));
        assertThat(read("secret")).containsExactly("a");
    }

    private void assertUnavailable() {
        assertThatThrownBy(() -> read("a")).isInstanceOf(UnavailableKeysException.class);
    }
}

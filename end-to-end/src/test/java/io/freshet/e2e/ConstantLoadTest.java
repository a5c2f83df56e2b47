package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.cluster.Pages;
import io.freshet.cluster.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConstantLoadTest {

    private static final Duration SHORT = Duration.ofMillis(2);
    private static final int REQUESTS = 50;

    private final History history =
            new History(List.of(new Pages("http://site.test/a/"), new Pages("http://site.test/b/")));

    @Test
    void same_seed_sends_the_same_requests_in_the_same_order() {
        assertThat(firstRequests(7)).isEqualTo(firstRequests(7)).isNotEqualTo(firstRequests(8));
    }

    private List<String> firstRequests(long seed) {
        Map<String, String> byKey = new ConcurrentHashMap<>();
        Queue<String> keys = new ConcurrentLinkedQueue<>();
        try (ConstantLoad load = load(seed, (path, body, key) -> {
            keys.add(key);
            byKey.put(key, path + body);
            return accepted(key);
        })) {
            load.start(Duration.ofMillis(5));
            await().until(() -> load.requests() > REQUESTS);
        }
        return keys.stream()
                .limit(REQUESTS / 2)
                .map(key -> key + byKey.get(key))
                .sorted()
                .toList();
    }

    @Test
    void request_without_acceptance_is_repeated_with_its_key_until_it_is_accepted() {
        Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
        ConstantLoad load = load(7, (_, _, key) -> {
            int attempt =
                    attempts.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
            return switch (attempt) {
                case 1 -> throw new UncheckedIOException(new IOException("closed"));
                case 2 -> answer(503, "{}");
                default -> accepted(key);
            };
        });
        try (load) {
            load.start(SHORT);
            await().until(() -> load.answers("202") > REQUESTS);
        }

        assertThat(attempts.values()).allSatisfy(count -> assertThat(count).hasValue(3));
        assertThat(history.accepted()).hasSize(load.requests());
        assertThat(load.answers("none")).isEqualTo(load.requests());
        assertThat(load.answers("503")).isEqualTo(load.requests());
        assertThat(load.answers("202")).isEqualTo(load.requests());
    }

    @Test
    void unexpected_status_fails_the_test_at_close() {
        assertFails((_, _, _) -> answer(400, "no"), "400 no");
    }

    @Test
    void unexpected_exception_fails_the_test_at_close() {
        assertFails(
                (_, _, _) -> {
                    throw new IllegalStateException("broken client");
                },
                "broken client");
    }

    private void assertFails(ConstantLoad.Gateway gateway, String reason) {
        ConstantLoad load = load(7, gateway);
        load.start(SHORT);
        await().until(() -> load.requests() > 0);

        assertThatThrownBy(load::close)
                .isInstanceOf(AssertionError.class)
                .satisfies(error -> assertThat(error.getSuppressed()[0]).hasMessageContaining(reason));
    }

    private ConstantLoad load(long seed, ConstantLoad.Gateway gateway) {
        return new ConstantLoad(gateway, history, new Random(seed), SHORT);
    }

    private static Answer accepted(String key) {
        return answer(
                202,
                "{\"tasks\":[{\"taskId\":\"%s\",\"domain\":\"site.test\",\"type\":\"url\",\"objectCount\":1}]}"
                        .formatted(key));
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, HttpHeaders.of(Map.of(), (_, _) -> true), body);
    }
}

package io.freshet.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RefusedRequest;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class AdmissionClientTest {

    /** Timeout of admissions that are not answered at all. */
    private static final Duration SHORT = Duration.ofMillis(200);

    /** Timeout of admissions that are answered in part, also by a JVM that has just started. */
    private static final Duration MEDIUM = Duration.ofSeconds(3);

    /** Timeout of admissions that are answered. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AdmissionRequest request = request("acme");

    @Test
    void flood_of_an_account_without_quota_costs_one_call() {
        AtomicInteger calls = new AtomicInteger();
        QuotaExceeded excess =
                new QuotaExceeded(QuotaKind.URL, 2_000, 2_000, 1, Instant.now().plusSeconds(3_600));
        AdmissionClient client = client(
                _ -> {
                    calls.incrementAndGet();
                    return json(new AdmittedBatch(
                            List.of(), List.of(new RefusedRequest(request.requestId(), null, excess, null))));
                },
                _ -> Mono.error(new AssertionError("asked for alone")),
                LONG);

        assertThat(outcome(client, request)).isInstanceOf(AdmissionOutcome.OverQuota.class);
        for (int i = 0; i < 100; i++) {
            assertThat(outcome(client, request("acme"))).isInstanceOf(AdmissionOutcome.OverQuota.class);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void refused_connection_or_dead_database_is_unavailable() {
        assertThat(outcome(client(_ -> Mono.error(new ConnectException("refused"))), request))
                .isInstanceOf(AdmissionOutcome.Unavailable.class);
        assertThat(outcome(client(_ -> status(HttpStatus.SERVICE_UNAVAILABLE, "unavailable")), request))
                .isInstanceOf(AdmissionOutcome.Unavailable.class);
        assertThat(outcome(client(_ -> Mono.never(), SHORT), request)).isInstanceOf(AdmissionOutcome.Unavailable.class);
    }

    @Test
    void overload_or_error_of_a_request_is_no_outage() {
        assertThat(outcome(client(_ -> status(HttpStatus.SERVICE_UNAVAILABLE, "overloaded")), request))
                .isInstanceOf(AdmissionOutcome.Overloaded.class);
        assertThat(outcome(client(_ -> status(HttpStatus.BAD_REQUEST, "invalid-request")), request))
                .isInstanceOf(AdmissionOutcome.Overloaded.class);
        assertThat(outcome(client(_ -> status(HttpStatus.INTERNAL_SERVER_ERROR, "internal")), request))
                .isInstanceOf(AdmissionOutcome.Overloaded.class);
    }

    @Test
    void request_left_out_by_an_answered_batch_is_overloaded_if_nothing_decides_it() {
        AdmissionClient client = client(_ -> json(new AdmittedBatch(List.of())), MEDIUM);

        assertThat(outcome(client, request)).isInstanceOf(AdmissionOutcome.Overloaded.class);
    }

    @Test
    void request_that_waits_behind_answered_calls_is_overloaded() {
        Sinks.One<ClientResponse> first = Sinks.one();
        AtomicInteger calls = new AtomicInteger();
        AdmissionClient client = client(_ -> calls.getAndIncrement() == 0 ? first.asMono() : Mono.never(), MEDIUM);

        CompletableFuture<AdmissionOutcome> _ = client.admit(request("other")).toFuture();
        CompletableFuture<AdmissionOutcome> waiting = client.admit(request).toFuture();
        first.tryEmitValue(json(new AdmittedBatch(List.of())).block());

        assertThat(waiting.join()).isInstanceOf(AdmissionOutcome.Overloaded.class);
    }

    @Test
    void calls_for_single_requests_are_bounded_and_accounts_take_turns() {
        List<String> sent = new CopyOnWriteArrayList<>();
        List<Sinks.One<AdmissionOutcome>> answers = new CopyOnWriteArrayList<>();
        SingleAdmissions singles = new SingleAdmissions(single -> {
            sent.add(single.account());
            answers.add(Sinks.one());
            return answers.getLast().asMono();
        });
        for (int i = 0; i < 100; i++) {
            singles.admit(request("acme")).subscribe();
        }
        singles.admit(request("other")).subscribe();
        assertThat(sent).hasSize(SingleAdmissions.MAX_IN_FLIGHT).containsOnly("acme");

        answers.getFirst().tryEmitValue(new AdmissionOutcome.TaskIdsTaken());
        answers.get(1).tryEmitValue(new AdmissionOutcome.TaskIdsTaken());

        assertThat(sent.subList(SingleAdmissions.MAX_IN_FLIGHT, sent.size()))
                .containsExactlyInAnyOrder("acme", "other");
    }

    private static AdmissionOutcome outcome(AdmissionClient client, AdmissionRequest request) {
        return client.admit(request).blockOptional().orElseThrow();
    }

    private static AdmissionClient client(ExchangeFunction batches) {
        return client(batches, LONG);
    }

    private static AdmissionClient client(ExchangeFunction batches, Duration timeout) {
        return client(batches, _ -> Mono.never(), timeout);
    }

    private static AdmissionClient client(ExchangeFunction batches, ExchangeFunction singles, Duration timeout) {
        return new AdmissionClient(
                WebClient.builder().exchangeFunction(batches).build(),
                WebClient.builder().exchangeFunction(singles).build(),
                new TaskServiceClientProperties(
                        "http://task-service", timeout, Duration.ofSeconds(3), 16, Duration.ofSeconds(5)));
    }

    private static Mono<ClientResponse> json(Object body) {
        return Mono.just(response(HttpStatus.OK, JsonMapping.mapper().writeValueAsString(body)));
    }

    private static Mono<ClientResponse> status(HttpStatus status, String type) {
        return Mono.just(response(status, "{\"type\":\"urn:freshet:problem:" + type + "\"}"));
    }

    private static ClientResponse response(HttpStatus status, String body) {
        return ClientResponse.create(status)
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
                .body(body)
                .build();
    }

    private static AdmissionRequest request(String account) {
        return AdmissionBatcherTest.request(account, 1);
    }
}

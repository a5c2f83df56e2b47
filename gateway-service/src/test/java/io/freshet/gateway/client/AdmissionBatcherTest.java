package io.freshet.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RefusedRequest;
import io.freshet.contracts.admission.TaskToAdmit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class AdmissionBatcherTest {

    private final List<AdmissionBatch> calls = new ArrayList<>();
    private final List<Sinks.One<AdmittedBatch>> answers = new ArrayList<>();
    private final AdmissionBatcher batcher = new AdmissionBatcher(group -> {
        calls.add(group);
        answers.add(Sinks.one());
        return answers.getLast().asMono();
    });

    @Test
    void requests_during_a_call_share_the_next_call() throws Exception {
        AdmissionRequest first = request();
        AdmissionRequest second = request();
        AdmissionRequest third = request();
        CompletableFuture<Optional<AdmissionOutcome>> one = batcher.admit(first).toFuture();
        CompletableFuture<Optional<AdmissionOutcome>> two =
                batcher.admit(second).toFuture();
        CompletableFuture<Optional<AdmissionOutcome>> three =
                batcher.admit(third).toFuture();
        assertThat(calls).extracting(AdmissionBatch::requests).containsExactly(List.of(first));

        answer(0, first);
        assertThat(requestId(one.get())).isEqualTo(first.requestId());
        assertThat(calls).hasSize(2).last().extracting(AdmissionBatch::requests).isEqualTo(List.of(second, third));

        answer(1, third);
        assertThat(two.get()).as("left out of the batch").isEmpty();
        assertThat(requestId(three.get())).isEqualTo(third.requestId());
    }

    @Test
    void failed_call_fails_only_its_own_requests() throws Exception {
        CompletableFuture<Optional<AdmissionOutcome>> one =
                batcher.admit(request()).toFuture();
        AdmissionRequest second = request();
        CompletableFuture<Optional<AdmissionOutcome>> two =
                batcher.admit(second).toFuture();

        answers.getFirst().tryEmitError(new IllegalStateException("no answer"));
        answer(1, second);

        assertThatThrownBy(one::get).isInstanceOf(ExecutionException.class).hasMessageContaining("no answer");
        assertThat(two.get()).isPresent();
    }

    @Test
    void cancelled_request_is_not_sent() {
        batcher.admit(request()).subscribe();
        batcher.admit(request()).subscribe().dispose();
        AdmissionRequest third = request();
        batcher.admit(third).subscribe();

        answers.getFirst().tryEmitValue(new AdmittedBatch(List.of()));

        assertThat(calls).last().extracting(AdmissionBatch::requests).isEqualTo(List.of(third));
    }

    @Test
    void concurrent_requests_get_their_own_admissions_with_one_call_in_flight() {
        SlowServer server = new SlowServer();
        AdmissionBatcher racing = new AdmissionBatcher(server::admit);
        List<AdmissionRequest> requests =
                IntStream.range(0, 2_000).mapToObj(_ -> request()).toList();

        List<UUID> admitted = Flux.fromIterable(requests)
                .flatMapSequential(request -> racing.admit(request).subscribeOn(Schedulers.parallel()), requests.size())
                .map(AdmissionBatcherTest::requestId)
                .collectList()
                .block(Duration.ofSeconds(30));

        assertThat(admitted)
                .isEqualTo(requests.stream().map(AdmissionRequest::requestId).toList());
        assertThat(server.maxInFlight).hasValue(1);
        assertThat(server.maxBatch).hasValueLessThanOrEqualTo(100);
        assertThat(server.calls).as("requests share calls").hasValueBetween(2, requests.size() / 2);
    }

    /**
     * Answers every call after two milliseconds, so that calls in flight overlap if there are several, and counts them.
     */
    private static final class SlowServer {

        final AtomicInteger maxInFlight = new AtomicInteger();
        final AtomicInteger maxBatch = new AtomicInteger();
        final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger inFlight = new AtomicInteger();

        Mono<AdmittedBatch> admit(AdmissionBatch group) {
            calls.incrementAndGet();
            maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            maxBatch.accumulateAndGet(group.requests().size(), Math::max);
            return Mono.delay(Duration.ofMillis(2)).map(_ -> {
                inFlight.decrementAndGet();
                return admitted(group.requests());
            });
        }
    }

    @Test
    void batch_is_bounded_by_its_tasks() {
        batcher.admit(request()).subscribe();
        AdmissionRequest large = request("main", 600);
        AdmissionRequest larger = request("main", 900);
        batcher.admit(large).subscribe();
        batcher.admit(larger).subscribe();

        answers.getFirst().tryEmitValue(new AdmittedBatch(List.of()));
        answers.get(1).tryEmitValue(new AdmittedBatch(List.of()));

        assertThat(calls.get(1).requests()).containsExactly(large);
        assertThat(calls.get(2).requests()).containsExactly(larger);
    }

    @Test
    void request_of_another_account_overtakes_the_backlog_of_one() {
        batcher.admit(request()).subscribe();
        IntStream.range(0, 20).forEach(_ -> batcher.admit(request("main", 600)).subscribe());
        AdmissionRequest other = request("other", 1);
        batcher.admit(other).subscribe();

        answers.getFirst().tryEmitValue(new AdmittedBatch(List.of()));

        assertThat(calls.getLast().requests()).contains(other);
    }

    @Test
    void refusal_of_a_batch_is_the_outcome() throws Exception {
        AdmissionRequest request = request();
        QuotaExceeded excess = new QuotaExceeded(QuotaKind.URL, 10, 10, 1, Instant.now());
        CompletableFuture<Optional<AdmissionOutcome>> outcome =
                batcher.admit(request).toFuture();

        answers.getFirst()
                .tryEmitValue(new AdmittedBatch(
                        List.of(), List.of(new RefusedRequest(request.requestId(), null, excess, null))));

        assertThat(outcome.get()).contains(new AdmissionOutcome.OverQuota(excess));
    }

    private static UUID requestId(Optional<AdmissionOutcome> outcome) {
        return ((AdmissionOutcome.Granted) outcome.orElseThrow()).admission().requestId();
    }

    private void answer(int call, AdmissionRequest... requests) {
        answers.get(call).tryEmitValue(admitted(List.of(requests)));
    }

    private static AdmittedBatch admitted(List<AdmissionRequest> requests) {
        return new AdmittedBatch(requests.stream()
                .map(request -> new Admission(request.requestId(), request.acceptedAt(), List.of()))
                .toList());
    }

    private static AdmissionRequest request() {
        return request("main", 1);
    }

    static AdmissionRequest request(String account, int tasks) {
        return new AdmissionRequest(
                account,
                null,
                "",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                Selector.URL,
                2_000,
                Instant.now(),
                IntStream.range(0, tasks)
                        .mapToObj(_ -> new TaskToAdmit(
                                new TaskId(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)),
                                "www.example.com",
                                1))
                        .toList());
    }
}

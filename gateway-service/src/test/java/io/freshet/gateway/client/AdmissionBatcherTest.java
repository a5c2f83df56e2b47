package io.freshet.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionGroup;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedGroup;
import io.freshet.contracts.admission.TaskToAdmit;
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

/** Admissions that come together share a call. */
class AdmissionBatcherTest {

    private final List<AdmissionGroup> asked = new ArrayList<>();
    private final List<Sinks.One<AdmittedGroup>> answers = new ArrayList<>();
    private final AdmissionBatcher groups = new AdmissionBatcher(group -> {
        asked.add(group);
        answers.add(Sinks.one());
        return answers.getLast().asMono();
    });

    @Test
    void what_comes_while_a_call_is_on_its_way_goes_together_in_the_next() throws Exception {
        AdmissionRequest first = request();
        AdmissionRequest second = request();
        AdmissionRequest third = request();
        CompletableFuture<Optional<Admission>> one = groups.admit(first).toFuture();
        CompletableFuture<Optional<Admission>> two = groups.admit(second).toFuture();
        CompletableFuture<Optional<Admission>> three = groups.admit(third).toFuture();
        assertThat(asked).extracting(AdmissionGroup::requests).containsExactly(List.of(first));

        answer(0, first);
        assertThat(one.get().orElseThrow().requestId()).isEqualTo(first.requestId());
        assertThat(asked).hasSize(2).last().extracting(AdmissionGroup::requests).isEqualTo(List.of(second, third));

        answer(1, third);
        assertThat(two.get()).as("to be asked for alone").isEmpty();
        assertThat(three.get().orElseThrow().requestId()).isEqualTo(third.requestId());
    }

    @Test
    void a_call_that_fails_fails_its_own_and_nobody_elses() throws Exception {
        CompletableFuture<Optional<Admission>> one = groups.admit(request()).toFuture();
        AdmissionRequest second = request();
        CompletableFuture<Optional<Admission>> two = groups.admit(second).toFuture();

        answers.getFirst().tryEmitError(new IllegalStateException("nobody answers"));
        answer(1, second);

        assertThatThrownBy(one::get).isInstanceOf(ExecutionException.class).hasMessageContaining("nobody answers");
        assertThat(two.get()).isPresent();
    }

    @Test
    void who_has_given_up_is_not_asked_for_any_more() {
        groups.admit(request()).subscribe();
        groups.admit(request()).subscribe().dispose();
        AdmissionRequest third = request();
        groups.admit(third).subscribe();

        answers.getFirst().tryEmitValue(new AdmittedGroup(List.of()));

        assertThat(asked).last().extracting(AdmissionGroup::requests).isEqualTo(List.of(third));
    }

    @Test
    void of_many_at_the_same_time_each_is_told_its_own_and_one_call_is_on_its_way_at_a_time() {
        AtomicInteger onTheirWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AdmissionBatcher racing = new AdmissionBatcher(group -> Mono.fromCallable(() -> {
                    most.accumulateAndGet(onTheirWay.incrementAndGet(), Math::max);
                    assertThat(group.requests()).hasSizeLessThanOrEqualTo(100);
                    onTheirWay.decrementAndGet();
                    return admitted(group.requests());
                })
                .subscribeOn(Schedulers.boundedElastic()));
        List<AdmissionRequest> requests =
                IntStream.range(0, 2_000).mapToObj(_ -> request()).toList();

        List<UUID> told = Flux.fromIterable(requests)
                .flatMapSequential(request -> racing.admit(request).subscribeOn(Schedulers.parallel()), requests.size())
                .map(admission -> admission.orElseThrow().requestId())
                .collectList()
                .block();

        assertThat(told)
                .isEqualTo(requests.stream().map(AdmissionRequest::requestId).toList());
        assertThat(most).hasValue(1);
    }

    private void answer(int call, AdmissionRequest... requests) {
        answers.get(call).tryEmitValue(admitted(List.of(requests)));
    }

    private static AdmittedGroup admitted(List<AdmissionRequest> requests) {
        return new AdmittedGroup(requests.stream()
                .map(request -> new Admission(request.requestId(), request.acceptedAt(), List.of()))
                .toList());
    }

    private static AdmissionRequest request() {
        TaskId id = new TaskId(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
        return new AdmissionRequest(
                "main",
                null,
                "",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                Selector.URL,
                2_000,
                Instant.now(),
                List.of(new TaskToAdmit(id, "www.example.com", 1)));
    }
}

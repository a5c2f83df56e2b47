package io.freshet.gateway.client;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionGroup;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Asks for what arrives while a call is on its way together in the next one, which task-service admits in one transaction: a hundred requests
 * take hardly longer than one, and those of one account would wait for each other's charge. One call is on its way at a time, so while little is
 * asked for, a group is one request and waits for nobody.
 */
final class AdmissionGroups {

    /** Requests of one call. */
    private static final int MOST = 100;

    private final Function<AdmissionGroup, Mono<AdmittedGroup>> call;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    /** How many wait that no call has taken along; whoever makes it one begins a call. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param call ends in any case, also if nobody answers */
    AdmissionGroups(Function<AdmissionGroup, Mono<AdmittedGroup>> call) {
        this.call = call;
    }

    private record Waiting(AdmissionRequest request, CompletableFuture<Optional<Admission>> admission) {}

    /** The request's admission, or empty if nothing has happened and it must be asked for alone. Whoever cancels it while it waits is not asked for. */
    Mono<Optional<Admission>> admit(AdmissionRequest request) {
        return Mono.defer(() -> {
            Waiting mine = new Waiting(request, new CompletableFuture<>());
            queue.add(mine);
            if (waiting.getAndIncrement() == 0) {
                ask();
            }
            return Mono.fromFuture(mine.admission());
        });
    }

    private void ask() {
        List<Waiting> group = new ArrayList<>();
        int taken = 0;
        for (Waiting next = queue.poll(); next != null; next = group.size() < MOST ? queue.poll() : null) {
            taken++;
            if (!next.admission().isDone()) {
                group.add(next);
            }
        }
        ask(group, taken);
    }

    private void ask(List<Waiting> group, int taken) {
        Mono<AdmittedGroup> answer = group.isEmpty()
                ? Mono.empty()
                : Mono.defer(() -> call.apply(
                        new AdmissionGroup(group.stream().map(Waiting::request).toList())));
        answer.doFinally(_ -> {
                    if (waiting.addAndGet(-taken) > 0) {
                        ask();
                    }
                })
                .subscribe(
                        admitted -> tell(group, admitted),
                        error -> group.forEach(each -> each.admission().completeExceptionally(error)));
    }

    private static void tell(List<Waiting> group, AdmittedGroup admitted) {
        Map<UUID, Admission> admissions =
                admitted.admissions().stream().collect(Collectors.toMap(Admission::requestId, Function.identity()));
        group.forEach(each -> each.admission()
                .complete(Optional.ofNullable(admissions.get(each.request().requestId()))));
    }
}

package io.freshet.gateway.client;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.RefusedRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Batcher of admission requests: those that arrive during a call share the next one, which task-service admits in one
 * transaction. At most one call is in flight, so under low load a batch is one request and does not wait. Accounts take
 * turns, and a batch is bounded by its tasks, too, so that large requests of one account do not delay the others.
 */
final class AdmissionBatcher {

    private static final int MAX_REQUESTS = 100;
    /** Larger requests are sent by themselves. */
    private static final int MAX_TASKS = 1_000;

    private final Function<AdmissionBatch, Mono<AdmittedBatch>> call;
    private final RoundRobinQueue<QueuedAdmission> queue = new RoundRobinQueue<>();
    /** Requests queued or in flight. The caller that raises it from 0 starts a call. */
    private final AtomicInteger unanswered = new AtomicInteger();

    /**
     * Creates a batcher.
     *
     * @param call must end in any case, also without an answer
     */
    AdmissionBatcher(Function<AdmissionBatch, Mono<AdmittedBatch>> call) {
        this.call = call;
    }

    private record QueuedAdmission(AdmissionRequest request, CompletableFuture<Optional<AdmissionOutcome>> outcome) {

        /** Returns the number of tasks, with the pushes that follow. */
        int tasks() {
            return request.tasks().stream()
                    .mapToInt(task -> task.thenPush() == null ? 1 : 2)
                    .sum();
        }
    }

    /**
     * Returns the decision on the request; empty if task-service has left it out of the batch and it must be asked for
     * alone. A request that is cancelled while queued is not sent.
     */
    Mono<Optional<AdmissionOutcome>> admit(AdmissionRequest request) {
        return Mono.defer(() -> {
            QueuedAdmission queued = new QueuedAdmission(request, new CompletableFuture<>());
            queue.add(request.account(), queued);
            if (unanswered.getAndIncrement() == 0) {
                sendNextBatch();
            }
            return Mono.fromFuture(queued.outcome());
        });
    }

    private void sendNextBatch() {
        List<QueuedAdmission> batch = new ArrayList<>();
        int taken = 0;
        int tasks = 0;
        for (QueuedAdmission next = next(batch, 0); next != null; next = next(batch, tasks)) {
            taken++;
            if (!next.outcome().isDone()) {
                batch.add(next);
                tasks += next.tasks();
            }
        }
        send(batch, taken);
    }

    private @Nullable QueuedAdmission next(List<QueuedAdmission> batch, int tasks) {
        return batch.size() == MAX_REQUESTS
                ? null
                : queue.pollIf(next -> batch.isEmpty() || tasks + next.tasks() <= MAX_TASKS);
    }

    private void send(List<QueuedAdmission> batch, int taken) {
        Mono<AdmittedBatch> answer = batch.isEmpty()
                ? Mono.empty()
                : Mono.defer(() -> call.apply(new AdmissionBatch(
                        batch.stream().map(QueuedAdmission::request).toList())));
        answer.doFinally(_ -> {
                    if (unanswered.addAndGet(-taken) > 0) {
                        sendNextBatch();
                    }
                })
                .subscribe(
                        admitted -> complete(batch, admitted),
                        error -> batch.forEach(each -> each.outcome().completeExceptionally(error)));
    }

    private static void complete(List<QueuedAdmission> batch, AdmittedBatch decisions) {
        Map<UUID, AdmissionOutcome> outcomes = new HashMap<>();
        decisions
                .admissions()
                .forEach(admission -> outcomes.put(admission.requestId(), new AdmissionOutcome.Granted(admission)));
        decisions.refusals().forEach(refusal -> outcomes.put(refusal.requestId(), outcome(refusal)));
        batch.forEach(each -> each.outcome()
                .complete(Optional.ofNullable(outcomes.get(each.request().requestId()))));
    }

    private static AdmissionOutcome outcome(RefusedRequest refusal) {
        if (refusal.conflict() != null) {
            return new AdmissionOutcome.KeyReused(refusal.conflict());
        }
        if (refusal.quota() != null) {
            return new AdmissionOutcome.OverQuota(refusal.quota());
        }
        return new AdmissionOutcome.OverRateLimit(requireNonNull(refusal.rate()));
    }
}

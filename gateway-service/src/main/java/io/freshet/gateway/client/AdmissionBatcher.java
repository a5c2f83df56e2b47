package io.freshet.gateway.client;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
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
 * Batcher of admission requests: those that arrive during a call share the next one, which task-service admits in one
 * transaction. At most one call is in flight, so under low load a batch is one request and does not wait.
 */
final class AdmissionBatcher {

    private static final int MAX_BATCH = 100;

    private final Function<AdmissionBatch, Mono<AdmittedBatch>> call;
    private final Queue<QueuedAdmission> queue = new ConcurrentLinkedQueue<>();
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

    private record QueuedAdmission(AdmissionRequest request, CompletableFuture<Optional<Admission>> admission) {}

    /**
     * Returns the admission of the request; empty if task-service has left it out of the batch and it must be asked for
     * alone. A request that is cancelled while queued is not sent.
     */
    Mono<Optional<Admission>> admit(AdmissionRequest request) {
        return Mono.defer(() -> {
            QueuedAdmission queued = new QueuedAdmission(request, new CompletableFuture<>());
            queue.add(queued);
            if (unanswered.getAndIncrement() == 0) {
                sendNextBatch();
            }
            return Mono.fromFuture(queued.admission());
        });
    }

    private void sendNextBatch() {
        List<QueuedAdmission> batch = new ArrayList<>();
        int taken = 0;
        for (QueuedAdmission next = queue.poll(); next != null; next = batch.size() < MAX_BATCH ? queue.poll() : null) {
            taken++;
            if (!next.admission().isDone()) {
                batch.add(next);
            }
        }
        send(batch, taken);
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
                        error -> batch.forEach(each -> each.admission().completeExceptionally(error)));
    }

    private static void complete(List<QueuedAdmission> batch, AdmittedBatch admitted) {
        Map<UUID, Admission> admissions =
                admitted.admissions().stream().collect(Collectors.toMap(Admission::requestId, Function.identity()));
        batch.forEach(each -> each.admission()
                .complete(Optional.ofNullable(admissions.get(each.request().requestId()))));
    }
}

package io.freshet.gateway.client;

import io.freshet.contracts.admission.AdmissionRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Dispatcher of the requests that a batch left undecided: a few calls at a time, and accounts in turn. */
final class SingleAdmissions {

    static final int MAX_IN_FLIGHT = 16;

    private final Function<AdmissionRequest, Mono<AdmissionOutcome>> call;
    private final RoundRobinQueue<QueuedRequest> queue = new RoundRobinQueue<>();
    private int inFlight;

    /**
     * Creates a dispatcher.
     *
     * @param call must end in any case, also without an answer
     */
    SingleAdmissions(Function<AdmissionRequest, Mono<AdmissionOutcome>> call) {
        this.call = call;
    }

    private record QueuedRequest(AdmissionRequest request, CompletableFuture<AdmissionOutcome> outcome) {}

    /** Returns the outcome. A request that is cancelled while queued is not sent. */
    Mono<AdmissionOutcome> admit(AdmissionRequest request) {
        return Mono.defer(() -> {
            QueuedRequest queued = new QueuedRequest(request, new CompletableFuture<>());
            queue.add(request.account(), queued);
            dispatch();
            return Mono.fromFuture(queued.outcome());
        });
    }

    private void dispatch() {
        for (QueuedRequest next = take(); next != null; next = take()) {
            send(next);
        }
    }

    private void send(QueuedRequest queued) {
        Mono.defer(() -> call.apply(queued.request()))
                .doFinally(_ -> {
                    release();
                    dispatch();
                })
                .subscribe(queued.outcome()::complete, queued.outcome()::completeExceptionally);
    }

    private synchronized @Nullable QueuedRequest take() {
        if (inFlight == MAX_IN_FLIGHT) {
            return null;
        }
        QueuedRequest next = queue.poll();
        while (next != null && next.outcome().isDone()) {
            next = queue.poll();
        }
        if (next != null) {
            inFlight++;
        }
        return next;
    }

    private synchronized void release() {
        inFlight--;
    }
}

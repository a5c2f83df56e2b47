package io.freshet.task.admission;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Admits what arrives while a transaction runs together in the next one: the disk takes as long for a hundred commits as for one, and requests
 * of one account would wait for each other's. A request that is not like the others is decided alone, and holds up nobody.
 */
@Component
class AdmissionGroups {

    private static final Logger log = LoggerFactory.getLogger(AdmissionGroups.class);
    /** Requests of one transaction. */
    private static final int MOST = 100;

    private final Admissions admissions;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    /** How many wait that no turn has taken into account; whoever makes it one begins a turn. */
    private final AtomicInteger waiting = new AtomicInteger();

    AdmissionGroups(Admissions admissions) {
        this.admissions = admissions;
    }

    /** A request, and its admission if it was one of a group; empty if it must be decided alone. */
    private record Waiting(AdmissionRequest request, CompletableFuture<Optional<Admission>> admission) {}

    /**
     * Admits the request, or says again what became of it; blocks.
     *
     * @throws io.freshet.task.TaskIdTakenException if one of the new task ids belongs to another task
     */
    Admissions.Outcome admit(AdmissionRequest request) {
        return enqueue(request)
                .<Admissions.Outcome>map(Admissions.Admitted::new)
                .orElseGet(() -> admissions.admit(request));
    }

    private Optional<Admission> enqueue(AdmissionRequest request) {
        Waiting mine = new Waiting(request, new CompletableFuture<>());
        queue.add(mine);
        if (waiting.getAndIncrement() == 0) {
            Thread.ofVirtual().name("admissions").start(this::admitAll);
        }
        try {
            return mine.admission().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TransactionException cause ? cause : e;
        }
    }

    private void admitAll() {
        int taken;
        do {
            List<Waiting> group = next();
            taken = group.size();
            admit(group);
        } while (waiting.addAndGet(-taken) > 0);
    }

    private List<Waiting> next() {
        List<Waiting> group = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = group.size() < MOST ? queue.poll() : null) {
            group.add(next);
        }
        return group;
    }

    private void admit(List<Waiting> group) {
        try {
            Map<UUID, Admission> admitted =
                    admissions.admitPlain(group.stream().map(Waiting::request).toList());
            group.forEach(each -> each.admission()
                    .complete(Optional.ofNullable(admitted.get(each.request().requestId()))));
        } catch (TransactionException e) {
            group.forEach(each -> each.admission().completeExceptionally(e)); // the database is away
        } catch (RuntimeException e) {
            log.debug("a group of {} is decided one by one", group.size(), e);
        } finally {
            group.forEach(each -> each.admission().complete(Optional.empty()));
        }
    }
}

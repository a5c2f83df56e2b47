package io.freshet.purge.node;

import static java.util.Objects.requireNonNull;

import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.http.PipelineHandler;
import io.freshet.purge.http.PipelinedHttpConnection;
import io.freshet.purge.http.ResponseHead;
import io.freshet.purge.verify.LookFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Worker that sends queued purges over one connection, on its own virtual thread. Every purge it takes is completed,
 * requeued or reported as undelivered.
 */
final class PurgeSender implements PurgeQueue.QueueWorker, PipelineHandler {

    private static final Logger log = LoggerFactory.getLogger(PurgeSender.class);

    /** Purges that follow one after which a look has found an old copy. */
    private static final int MAX_REPEATED_PURGES = 2;

    private final PurgeTarget target;
    private final PurgeQueue queue;
    private final PipelinedHttpConnection connection;

    /** Purges without an answer, in the order of sending. */
    private final Deque<PurgeAttempt> outstanding = new ArrayDeque<>();

    private PurgeQueue.@Nullable Assignment assignment;

    private boolean hasResponded;

    /** Whether a purge has stalled the connection: the object is slow, not the node. */
    private boolean hasStalled;

    /** Pauses since the last response; null after one. */
    private @Nullable BackOffExecution backOff;

    /** Whether the oldest purge has no answer, and its look was sent right behind it: it is outstanding twice. */
    private boolean lookFollows;

    /** Whether the next response is that of a look at what was not purged. */
    private boolean ignoresNext;

    private volatile boolean aborted;

    PurgeSender(PurgeTarget target, PurgeQueue queue, PipelinedHttpConnection connection) {
        this.target = target;
        this.queue = queue;
        this.connection = connection;
    }

    @Override
    public void start() {
        Thread.ofVirtual().name("purge-" + target.id()).start(this::run);
    }

    private void run() {
        boolean isStalled = false;
        try {
            while (!isStalled && !aborted) {
                PurgeQueue.Assignment next = queue.take();
                if (next == null) {
                    return;
                }
                isStalled = handle(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            queue.workerEnded(this, isStalled);
        }
    }

    /** Returns whether the connection stalled and another worker has replaced this one. */
    private boolean handle(PurgeQueue.Assignment next) throws InterruptedException {
        try (next) {
            assignment = next;
            handle(next.first());
            return next.isStalled();
        } finally {
            assignment = null;
        }
    }

    private void handle(List<PurgeAttempt> taken) throws InterruptedException {
        if (aborted) {
            queue.requeue(taken);
        } else if (target.isOpen()) {
            send(taken);
        } else {
            taken.forEach(target::undelivered);
        }
    }

    private void send(List<PurgeAttempt> taken) throws InterruptedException {
        outstanding.clear();
        hasResponded = false;
        hasStalled = false;
        lookFollows = false;
        ignoresNext = false;
        try {
            List<byte[]> requests = requests(taken, PipelinedHttpConnection.MAX_BYTES);
            if (taken.size() == 1) {
                requests.addAll(lookBehind());
            }
            connection.exchange(requests, this);
            backOff = null;
        } catch (IOException e) {
            recover(e);
        } catch (RuntimeException e) {
            log.error("{}: cannot process a response; the other purges of the connection are resent", target.id(), e);
            recover(e);
        } finally {
            reportResponses();
        }
    }

    /**
     * Returns the look at a single purge, which saves the time of a response to the purge. Beside other purges this
     * would save nothing: they fill the connection anyway.
     */
    private List<byte[]> lookBehind() {
        PurgeAttempt only = outstanding.peek();
        if (only == null
                || only.unverified != null
                || !target.isLookedAt(only)
                || target.verifier().looksApart()) {
            return List.of();
        }
        lookFollows = true;
        outstanding.add(only);
        return List.of(target.verifier().look(only.purge()).encoded());
    }

    /** Forgets the look that was sent behind the oldest purge: its response will not be read. */
    private void forgetLook() {
        if (lookFollows) {
            lookFollows = false;
            outstanding.remove();
        }
    }

    /** Counts a failure of the oldest purge, which may have caused it, and resends the others at once. */
    private void recover(Exception failure) throws InterruptedException {
        forgetLook();
        PurgeAttempt oldest = outstanding.poll();
        if (oldest != null) {
            queue.requeue(List.copyOf(outstanding));
            failed(oldest, failure.toString());
        }
        backOff();
    }

    private void reportResponses() {
        if (hasResponded) {
            target.responded();
        }
    }

    @Override
    public List<byte[]> nextRequests(int maxRequests, int maxBytes) {
        reportResponses();
        return aborted || !target.isOpen() ? List.of() : requests(assignment().poll(maxRequests), maxBytes);
    }

    private PurgeQueue.Assignment assignment() {
        return requireNonNull(assignment);
    }

    /**
     * Returns the requests of as many purges as fit and requeues the others. The first of a connection always fits; one
     * that cannot be encoded is answered.
     */
    private List<byte[]> requests(List<PurgeAttempt> taken, int maxBytes) {
        List<byte[]> requests = new ArrayList<>(taken.size());
        long now = System.nanoTime();
        int bytes = 0;
        for (int i = 0; i < taken.size(); i++) {
            PurgeAttempt attempt = taken.get(i);
            if (attempt.isCancelled() && attempt.unverified == null) {
                attempt.cancelled();
                continue;
            }
            PurgeRequest request = request(attempt);
            if (request == null) {
                continue;
            }
            bytes += request.encoded().length;
            if (bytes > maxBytes && !outstanding.isEmpty()) {
                queue.requeue(taken.subList(i, taken.size()));
                break;
            }
            noteSending(attempt, now);
            requests.add(request.encoded());
            outstanding.add(attempt);
        }
        return requests;
    }

    private static void noteSending(PurgeAttempt attempt, long now) {
        if (attempt.unverified == null) {
            attempt.startedAt = attempt.isRetry() ? attempt.startedAt : now;
            attempt.purgedAt = now;
            attempt.noteSent();
        }
    }

    private @Nullable PurgeRequest request(PurgeAttempt attempt) {
        try {
            Purge purge = attempt.purge();
            if (attempt.unverified != null) {
                return target.verifier().look(purge);
            }
            target.driver().requireKnown(purge.selector(), target.verifier().configuration());
            return attempt.request(target.driver());
        } catch (IllegalArgumentException e) {
            target.answered(attempt, new PurgeOutcome.Refused("cannot be purged: " + e.getMessage()));
            return null;
        }
    }

    @Override
    public void onResponse(ResponseHead response) {
        hasResponded = true;
        if (ignoresNext) {
            ignoresNext = false;
            return;
        }
        PurgeAttempt attempt = outstanding.remove();
        PurgeAnswer answer = NodeConnector.answer(response);
        PurgeOutcome.Gone unverified = attempt.unverified;
        if (unverified == null) {
            purgeAnswered(attempt, answer);
        } else {
            lookAnswered(attempt, answer, unverified);
        }
    }

    private void purgeAnswered(PurgeAttempt attempt, PurgeAnswer answer) {
        PurgeOutcome outcome = target.driver().outcome(attempt.purge(), answer);
        if (lookFollows) {
            lookFollows = false;
            if (outcome instanceof PurgeOutcome.Gone gone) {
                attempt.unverified = gone;
                return;
            }
            outstanding.remove();
            ignoresNext = true;
        }
        switch (outcome) {
            case PurgeOutcome.Gone gone
            when attempt.hasNextVariant(target.driver()) -> {
                attempt.noteVariantGone(gone);
                queue.addFirst(attempt);
            }
            case PurgeOutcome.Gone gone -> allVariantsGone(attempt, attempt.ofAllVariants(gone));
            case PurgeOutcome.Refused refused -> target.answered(attempt, refused);
            case PurgeOutcome.Busy busy -> failed(attempt, "it " + busy.answer());
        }
    }

    private void allVariantsGone(PurgeAttempt attempt, PurgeOutcome.Gone gone) {
        if (!target.isLookedAt(attempt)) {
            target.answered(attempt, gone);
        } else if (target.verifier().looksApart()) {
            target.look(attempt, look -> lookAnswered(attempt, look, gone));
        } else {
            attempt.unverified = gone;
            queue.addFirst(attempt);
        }
    }

    /**
     * Ends a purge that a look confirms, and sends others again. If a fetch was in progress, the next purge drops its
     * old copy, too.
     */
    private void lookAnswered(PurgeAttempt attempt, PurgeAnswer answer, PurgeOutcome.Gone unverified) {
        attempt.unverified = null;
        LookFailure failure = target.verifier().failure(answer, attempt.purge(), sincePurge(attempt), attempt.seenCopy);
        attempt.seenCopy = failure == null ? null : failure.seen();
        if (failure == null) {
            attempt.noteConfirmed();
            target.answered(attempt, unverified);
        } else if (failure.isOldCopy() && ++attempt.oldCopies > MAX_REPEATED_PURGES) {
            target.answered(attempt, new PurgeOutcome.StillServed(failure.reason()));
        } else {
            failed(attempt, "it " + failure.reason());
        }
    }

    private static Duration sincePurge(PurgeAttempt attempt) {
        Duration sinceFirst = attempt.purge().sinceFirst();
        return sinceFirst == null ? Duration.ofNanos(System.nanoTime() - attempt.purgedAt) : sinceFirst;
    }

    /**
     * Resends the purges behind a slow one: a safe purge waits for a fetch in progress, and they need not. If too many
     * wait already, the slow one gives its connection up and is sent again later.
     */
    @Override
    public boolean onStall() {
        hasStalled = true;
        forgetLook();
        PurgeAttempt oldest = outstanding.remove();
        List<PurgeAttempt> later = List.copyOf(outstanding);
        outstanding.clear();
        outstanding.add(oldest);
        oldest.stalled();
        reportResponses();
        queue.requeue(later);
        return assignment().replaceStalled();
    }

    private void failed(PurgeAttempt attempt, String cause) {
        log.debug("{}: {}", target.id(), cause);
        target.failed(attempt, cause);
    }

    /** Waits while connections fail without a single response. */
    private void backOff() throws InterruptedException {
        if (hasResponded) {
            backOff = null;
        } else if (target.isOpen() && !hasStalled) {
            backOff = backOff == null ? PurgeAttempt.startBackOff() : backOff;
            TimeUnit.MILLISECONDS.sleep(backOff.nextBackOff());
        }
    }

    @Override
    public void abort() {
        aborted = true;
        connection.abort();
    }
}

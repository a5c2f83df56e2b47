package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's worth of sending, on a thread of its own: takes purges out of the box, and sees to it that each of them ends. */
final class PurgeSender implements PipelinedHttpConnection.Exchange {

    private static final Logger log = LoggerFactory.getLogger(PurgeSender.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final NodeChannel channel;
    private final PurgeQueue outbox;
    private final PipelinedHttpConnection connection;
    /** What is on its way and has no answer, in the order in which it was sent. */
    private final Deque<PurgeAttempt> sent = new ArrayDeque<>();

    private boolean hasAnswered;
    private boolean replaced;
    private int failures;
    private volatile boolean brokenOff;

    PurgeSender(NodeChannel channel, PurgeQueue outbox, PipelinedHttpConnection connection) {
        this.channel = channel;
        this.outbox = outbox;
        this.connection = connection;
    }

    void start() {
        Thread.ofVirtual().name("purge-" + channel.node().id()).start(this::run);
    }

    private void run() {
        try {
            while (!replaced && !brokenOff) {
                List<PurgeAttempt> taken = outbox.take();
                if (taken.isEmpty()) {
                    return;
                }
                deal(taken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            outbox.ended(this, replaced);
        }
    }

    private void deal(List<PurgeAttempt> taken) throws InterruptedException {
        if (brokenOff) {
            outbox.putBack(taken);
        } else if (channel.isOpen()) {
            exchange(taken);
        } else {
            taken.forEach(channel::late);
        }
    }

    private void exchange(List<PurgeAttempt> taken) throws InterruptedException {
        sent.clear();
        hasAnswered = false;
        try {
            connection.exchange(requests(taken, PipelinedHttpConnection.MAX_BYTES), this);
            failures = 0;
        } catch (IOException e) {
            resend(e);
        } catch (RuntimeException e) {
            log.error("{}: an answer could not be dealt with", channel.node().id(), e);
            resend(e);
        } finally {
            noteAnswers();
        }
    }

    /** The first without an answer is the one that the failure may be about; the others are sent again at once. */
    private void resend(Exception failure) throws InterruptedException {
        PurgeAttempt head = sent.poll();
        if (head != null) {
            outbox.putBack(List.copyOf(sent));
            again(head, failure.toString());
        }
        pause();
    }

    private void noteAnswers() {
        if (hasAnswered) {
            channel.hasAnswered();
        }
    }

    @Override
    public List<PurgeRequest> more(int most, int bytes) {
        noteAnswers();
        return brokenOff || !channel.isOpen() ? List.of() : requests(outbox.takeAtOnce(most), bytes);
    }

    /** As many as there is room for; the others go back, unless nothing is on its way. One that cannot be asked for has its answer. */
    private List<PurgeRequest> requests(List<PurgeAttempt> taken, int room) {
        List<PurgeRequest> requests = new ArrayList<>(taken.size());
        long now = System.nanoTime();
        int bytes = 0;
        for (int i = 0; i < taken.size(); i++) {
            PurgeAttempt attempt = taken.get(i);
            PurgeRequest request = request(attempt);
            if (request == null) {
                continue;
            }
            bytes += request.length();
            if (bytes > room && !sent.isEmpty()) {
                outbox.putBack(taken.subList(i, taken.size()));
                break;
            }
            attempt.startedAt = attempt.failures == 0 ? now : attempt.startedAt;
            requests.add(request);
            sent.add(attempt);
        }
        return requests;
    }

    private @Nullable PurgeRequest request(PurgeAttempt attempt) {
        try {
            return channel.driver().request(attempt.purge());
        } catch (IllegalArgumentException e) {
            channel.answered(attempt, new PurgeOutcome.Refused("cannot be asked: " + e.getMessage()));
            return null;
        }
    }

    @Override
    public void answered(PurgeAnswer answer) {
        PurgeAttempt attempt = sent.remove();
        hasAnswered = true;
        switch (channel.driver().outcome(answer)) {
            case PurgeOutcome.Final outcome -> channel.answered(attempt, outcome);
            case PurgeOutcome.Busy busy -> again(attempt, "it " + busy.answer());
        }
    }

    /** A safe purge waits for a fetch: what stands behind it need not. */
    @Override
    public void stalled() {
        PurgeAttempt head = sent.remove();
        List<PurgeAttempt> behind = List.copyOf(sent);
        sent.clear();
        sent.add(head);
        noteAnswers();
        outbox.putBack(behind);
        replaced = outbox.stalled();
    }

    private void again(PurgeAttempt attempt, String failure) {
        log.debug("{}: {}", channel.node().id(), failure);
        attempt.failures++;
        channel.failed(attempt, failure, millis(attempt.failures));
    }

    /** While no connection can be had, or none lasts for a single answer. */
    private void pause() throws InterruptedException {
        failures = hasAnswered ? 0 : failures + 1;
        if (failures > 0 && channel.isOpen()) {
            TimeUnit.MILLISECONDS.sleep(millis(failures));
        }
    }

    private static long millis(int failures) {
        return Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10));
    }

    void breakOff() {
        brokenOff = true;
        connection.shut();
    }
}

package io.freshet.purge.node;

import io.freshet.purge.driver.Outcome;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's worth of sending, on a thread of its own: takes purges out of the box, and sees to it that each of them ends. */
final class Sender implements NodeConnection.Answers {

    private static final Logger log = LoggerFactory.getLogger(Sender.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final NodeChannel channel;
    private final Outbox outbox;
    private final NodeConnection connection;
    private List<Attempt> batch = List.of();
    /** The first of the batch that has no answer yet. */
    private int next;

    private boolean replaced;
    private int failures;
    private volatile boolean brokenOff;

    Sender(NodeChannel channel, Outbox outbox, NodeConnection connection) {
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
                batch = outbox.take();
                next = 0;
                if (batch.isEmpty()) {
                    return;
                }
                deal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            outbox.ended(this, replaced);
        }
    }

    private void deal() throws InterruptedException {
        if (brokenOff) {
            outbox.putBack(batch);
        } else if (channel.isOpen()) {
            exchange();
        } else {
            batch.forEach(channel::late);
        }
    }

    private void exchange() throws InterruptedException {
        try {
            connection.exchange(requests(), this);
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
        if (next < batch.size()) {
            Attempt head = batch.get(next);
            outbox.putBack(batch.subList(next + 1, batch.size()));
            again(head, failure.toString());
        }
        pause();
    }

    private void noteAnswers() {
        if (next > 0) {
            channel.hasAnswered();
        }
    }

    /** As many as fit into one write; the others go back. One that cannot be asked for has its answer. */
    private List<PurgeRequest> requests() {
        List<PurgeRequest> requests = new ArrayList<>(batch.size());
        List<Attempt> sent = new ArrayList<>(batch.size());
        long now = System.nanoTime();
        int bytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            Attempt attempt = batch.get(i);
            PurgeRequest request = request(attempt);
            if (request == null) {
                continue;
            }
            bytes += request.length();
            if (bytes > NodeConnection.MAX_BATCH_BYTES && !sent.isEmpty()) {
                outbox.putBack(batch.subList(i, batch.size()));
                break;
            }
            attempt.startedAt = attempt.failures == 0 ? now : attempt.startedAt;
            requests.add(request);
            sent.add(attempt);
        }
        batch = sent;
        return requests;
    }

    private @Nullable PurgeRequest request(Attempt attempt) {
        try {
            return channel.driver().request(attempt.purge());
        } catch (IllegalArgumentException e) {
            channel.answered(attempt, new Outcome.Refused("cannot be asked: " + e.getMessage()));
            return null;
        }
    }

    @Override
    public void answered(int request, PurgeAnswer answer) {
        Attempt attempt = batch.get(request);
        next = request + 1;
        switch (channel.driver().outcome(answer)) {
            case Outcome.Final outcome -> channel.answered(attempt, outcome);
            case Outcome.Busy busy -> again(attempt, "it " + busy.answer());
        }
    }

    /** A safe purge waits for a fetch: what stands behind it need not. */
    @Override
    public void stalled(int request) {
        List<Attempt> behind = List.copyOf(batch.subList(request + 1, batch.size()));
        batch = List.copyOf(batch.subList(0, request + 1));
        noteAnswers();
        outbox.putBack(behind);
        replaced = outbox.stalled();
    }

    private void again(Attempt attempt, String failure) {
        log.debug("{}: {}", channel.node().id(), failure);
        attempt.failures++;
        channel.failed(attempt, failure, millis(attempt.failures));
    }

    /** While no connection can be had, or none lasts for a single answer. */
    private void pause() throws InterruptedException {
        failures = next > 0 ? 0 : failures + 1;
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

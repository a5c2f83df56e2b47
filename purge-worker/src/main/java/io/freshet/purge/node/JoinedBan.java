package io.freshet.purge.node;

import io.freshet.purge.driver.BanJoiner;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.driver.ResolvedBan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Bans of one account that one request names. What happens to the request, happens to each of them. */
final class JoinedBan extends PurgeAttempt {

    /** A ban, and how the node compares it. */
    record Part(PurgeAttempt attempt, ResolvedBan ban) {}

    private final BanJoiner joiner;
    private final List<Part> parts;
    private final Consumer<PurgeAttempt> single;
    private final Delivery delivery;

    /** Takes what a node has answered to a joined ban. */
    interface Delivery {
        void answered(PurgeAttempt attempt, PurgeOutcome.Gone outcome, long purgedAt);
    }

    /**
     * @param single sends a part by itself, if the node refuses the joined ban
     * @param delivery takes the parts that the node has confirmed
     */
    JoinedBan(BanJoiner joiner, List<Part> parts, Consumer<PurgeAttempt> single, Delivery delivery) {
        this.joiner = joiner;
        this.parts = new ArrayList<>(parts);
        this.single = single;
        this.delivery = delivery;
    }

    /** Calls this for each of the bans. */
    void forEachPart(Consumer<PurgeAttempt> action) {
        List.copyOf(parts).forEach(part -> action.accept(part.attempt()));
    }

    @Override
    public String account() {
        return parts.getFirst().attempt().account();
    }

    @Override
    public Purge purge() {
        return parts.getFirst().ban().purge();
    }

    @Override
    boolean isBan() {
        return false; // is sent as it is
    }

    /** Leaves out what was cancelled before it was sent, but the first: it may cover the others. */
    @Override
    PurgeRequest request(PurgeDriver driver) {
        List<Part> cancelled = parts.stream()
                .skip(1)
                .filter(part -> part.attempt().isCancelled() && !part.attempt().isSent())
                .toList();
        parts.removeAll(cancelled);
        cancelled.forEach(part -> part.attempt().cancelled());
        return joiner.join(parts.stream().map(Part::ban).toList());
    }

    @Override
    void noteSent() {
        super.noteSent();
        forEachPart(PurgeAttempt::noteSent);
    }

    @Override
    public boolean isCancelled() {
        return parts.stream().allMatch(part -> part.attempt().isCancelled());
    }

    @Override
    public void cancelled() {
        forEachPart(PurgeAttempt::cancelled);
    }

    @Override
    public void stalled() {
        forEachPart(PurgeAttempt::stalled);
    }

    /** A part that the node refuses must not fail the others. */
    @Override
    public void answered(PurgeOutcome.Final outcome) {
        forEachPart(attempt -> {
            if (outcome instanceof PurgeOutcome.Gone gone) {
                delivery.answered(attempt, gone, purgedAt);
            } else {
                single.accept(attempt);
            }
        });
    }

    @Override
    public void postponed(String cause) {
        forEachPart(attempt -> attempt.postponed(cause));
    }

    @Override
    public void undelivered(NodeHealth reason) {
        forEachPart(attempt -> attempt.undelivered(reason));
    }
}

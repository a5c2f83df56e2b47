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
    record Member(PurgeAttempt attempt, ResolvedBan ban) {}

    private final BanJoiner joiner;
    private final List<Member> members;
    private final Consumer<PurgeAttempt> single;
    private final Delivery delivery;

    /** Takes what a node has answered to a joined ban. */
    interface Delivery {
        void answered(PurgeAttempt attempt, PurgeOutcome.Gone outcome, long purgedAt);
    }

    /**
     * @param single sends a member by itself, if the node refuses the joined ban
     * @param delivery takes the members that the node has confirmed
     */
    JoinedBan(BanJoiner joiner, List<Member> members, Consumer<PurgeAttempt> single, Delivery delivery) {
        this.joiner = joiner;
        this.members = new ArrayList<>(members);
        this.single = single;
        this.delivery = delivery;
    }

    /** Calls this for each of the bans. */
    void forEachMember(Consumer<PurgeAttempt> action) {
        List.copyOf(members).forEach(member -> action.accept(member.attempt()));
    }

    @Override
    public String account() {
        return members.getFirst().attempt().account();
    }

    @Override
    public Purge purge() {
        return members.getFirst().ban().purge();
    }

    @Override
    boolean isBan() {
        return false; // is sent as it is
    }

    /** Leaves out what was cancelled before it was sent, but the first: it may cover the others. */
    @Override
    PurgeRequest request(PurgeDriver driver) {
        List<Member> cancelled = members.stream()
                .skip(1)
                .filter(member ->
                        member.attempt().isCancelled() && !member.attempt().isSent())
                .toList();
        members.removeAll(cancelled);
        cancelled.forEach(member -> member.attempt().cancelled());
        return joiner.join(members.stream().map(Member::ban).toList());
    }

    @Override
    void noteSent() {
        super.noteSent();
        forEachMember(PurgeAttempt::noteSent);
    }

    @Override
    public boolean isCancelled() {
        return members.stream().allMatch(member -> member.attempt().isCancelled());
    }

    @Override
    public void cancelled() {
        forEachMember(PurgeAttempt::cancelled);
    }

    @Override
    public void stalled() {
        forEachMember(PurgeAttempt::stalled);
    }

    /** A member that the node refuses must not fail the others. */
    @Override
    public void answered(PurgeOutcome.Final outcome) {
        forEachMember(attempt -> {
            if (outcome instanceof PurgeOutcome.Gone gone) {
                delivery.answered(attempt, gone, purgedAt);
            } else {
                single.accept(attempt);
            }
        });
    }

    @Override
    public void postponed(String cause) {
        forEachMember(attempt -> attempt.postponed(cause));
    }

    @Override
    public void undelivered(NodeHealth reason) {
        forEachMember(attempt -> attempt.undelivered(reason));
    }
}

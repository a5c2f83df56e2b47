package io.freshet.purge.node;

import io.freshet.purge.ban.BanPlan;
import io.freshet.purge.ban.BanRate;
import io.freshet.purge.driver.BanJoiner;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.node.JoinedBan.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Queue of the bans for one node. Sends them on as few requests as possible, in turns of all accounts, and not faster
 * than the node can bear: what waits meanwhile is joined.
 */
final class BanQueue implements AutoCloseable {

    /** The node, as the queue sees it. */
    interface BanTarget {

        /** Returns how bans are joined; null if they cannot be joined now. */
        @Nullable
        BanJoiner joiner();

        /** Sends one attempt. Never blocks. */
        void send(PurgeAttempt attempt);

        /** Returns the attempt that sends these bans by one request. */
        PurgeAttempt join(List<Member> members);

        /**
         * Returns the answers to requests, in their order.
         *
         * @throws IOException if the node does not answer
         */
        List<PurgeAnswer> answers(List<PurgeRequest> requests) throws IOException;

        /** The bans could not be sent now. */
        void failed(PurgeAttempt attempt, String cause);
    }

    /** Bans of one account that are joined at a time. */
    private static final int MAX_TAKEN = 128;

    /** Requests of one account in its turn. */
    private static final int MAX_REQUESTS = 8;

    private final BanRate rate;
    private final BanTarget target;

    /** Waiting bans by account; the account that was served last is at the end. Guarded by this. */
    private final Map<String, Deque<PurgeAttempt>> waiting = new LinkedHashMap<>();

    /** Null while nothing waits. Guarded by this. */
    private @Nullable Thread thread;

    BanQueue(BanRate rate, BanTarget target) {
        this.rate = rate;
        this.target = target;
    }

    /** Adds a ban. Never blocks: the callers bound the purges in flight. */
    synchronized void add(PurgeAttempt attempt) {
        waiting.computeIfAbsent(attempt.account(), _ -> new ArrayDeque<>()).add(attempt);
        if (thread == null) {
            thread = Thread.startVirtualThread(this::run);
        }
    }

    private void run() {
        try {
            for (List<PurgeAttempt> turn = take(); !turn.isEmpty(); turn = take()) {
                Thread.sleep(send(turn));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the next turn; if there is none, the thread must end. */
    private synchronized List<PurgeAttempt> take() {
        Map.Entry<String, Deque<PurgeAttempt>> next =
                waiting.isEmpty() ? null : waiting.entrySet().iterator().next();
        if (next == null) {
            thread = null;
            return List.of();
        }
        waiting.remove(next.getKey());
        Deque<PurgeAttempt> bans = next.getValue();
        List<PurgeAttempt> turn = new ArrayList<>();
        while (!bans.isEmpty() && turn.size() < MAX_TAKEN) {
            turn.add(bans.removeFirst());
        }
        if (!bans.isEmpty()) {
            waiting.put(next.getKey(), bans);
        }
        return turn;
    }

    private synchronized void putBack(List<PurgeAttempt> attempts) {
        attempts.reversed()
                .forEach(attempt -> waiting.computeIfAbsent(attempt.account(), _ -> new ArrayDeque<>())
                        .addFirst(attempt));
    }

    /** Sends the bans of a turn, and returns the time to wait before the next. */
    private Duration send(List<PurgeAttempt> turn) {
        BanJoiner joiner = target.joiner();
        if (turn.size() == 1 || joiner == null) {
            turn.forEach(target::send);
            return rate.send(turn.size());
        }
        List<PurgeAnswer> answers;
        try {
            answers = resolve(joiner, turn);
        } catch (IOException | RuntimeException e) {
            turn.forEach(attempt -> target.failed(attempt, e.toString()));
            return Duration.ZERO;
        }
        return sendJoined(members(joiner, turn, answers.iterator()));
    }

    private List<PurgeAnswer> resolve(BanJoiner joiner, List<PurgeAttempt> turn) throws IOException {
        List<PurgeRequest> requests = new ArrayList<>();
        for (PurgeAttempt attempt : turn) {
            PurgeRequest request = joiner.resolve(attempt.purge());
            if (request != null) {
                requests.add(request);
            }
        }
        return target.answers(requests);
    }

    /** Returns the bans of a turn; one whose answer tells nothing is sent at once, as its own answer says why. */
    private List<Member> members(BanJoiner joiner, List<PurgeAttempt> turn, Iterator<PurgeAnswer> answers) {
        List<Member> members = new ArrayList<>();
        for (PurgeAttempt attempt : turn) {
            PurgeAnswer answer = joiner.resolve(attempt.purge()) == null ? null : answers.next();
            try {
                members.add(new Member(attempt, joiner.resolved(attempt.purge(), answer)));
            } catch (IOException e) {
                target.send(attempt);
            }
        }
        return members;
    }

    private Duration sendJoined(List<Member> members) {
        List<List<Member>> plan = BanPlan.of(members, Member::ban);
        List<List<Member>> first = plan.subList(0, Math.min(plan.size(), MAX_REQUESTS));
        putBack(plan.subList(first.size(), plan.size()).stream()
                .flatMap(List::stream)
                .map(Member::attempt)
                .toList());
        for (List<Member> group : first) {
            target.send(group.size() == 1 ? group.getFirst().attempt() : target.join(group));
        }
        return rate.send(first.size());
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Removes and returns the waiting bans that were cancelled. */
    synchronized List<PurgeAttempt> removeCancelled() {
        List<PurgeAttempt> cancelled = new ArrayList<>();
        waiting.values().forEach(bans -> bans.removeIf(attempt -> attempt.isCancelled() && cancelled.add(attempt)));
        waiting.values().removeIf(Deque::isEmpty);
        return cancelled;
    }

    /** Removes and returns all waiting bans. */
    synchronized List<PurgeAttempt> drain() {
        List<PurgeAttempt> all =
                waiting.values().stream().flatMap(Deque::stream).toList();
        waiting.clear();
        return all;
    }

    /** Stops sending. Call {@link #drain} afterwards. */
    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}

package io.freshet.benchmark.measure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number that was measured.
 *
 * @param name what it is, unique in its scenario
 * @param unit such as {@code ms} or {@code purges/s}
 * @param peer what the same run measured to compare it with; null if there is nothing
 * @param budgets what was promised; may be empty
 */
public record Figure(
        String name, double value, String unit, @Nullable Peer peer, List<Budget> budgets) {

    /** A floor or a competitor, in the figure's unit. */
    public record Peer(String name, double value) {}

    public Figure {
        budgets = List.copyOf(budgets);
    }

    /** A number with nothing to compare it to, yet. */
    public static Figure of(String name, double value, String unit) {
        return new Figure(name, value, unit, null, List.of());
    }

    /** The same, compared to this. */
    public Figure comparedTo(String peerName, double peerValue) {
        return new Figure(name, value, unit, new Peer(peerName, peerValue), budgets);
    }

    /** The same; the value was promised to be no more than this. */
    public Figure atMost(double limit) {
        return with(new Budget(false, false, limit));
    }

    /** The same; the value was promised to be no less than this. */
    public Figure atLeast(double limit) {
        return with(new Budget(false, true, limit));
    }

    /** The same; the ratio to the peer was promised to be no more than this. */
    public Figure ratioAtMost(double limit) {
        return with(new Budget(true, false, limit));
    }

    /** The same; the ratio to the peer was promised to be no less than this. */
    public Figure ratioAtLeast(double limit) {
        return with(new Budget(true, true, limit));
    }

    /** Returns the ratio to the compared value; null without one. */
    public @Nullable Double ratio() {
        return peer == null ? null : value / peer.value();
    }

    /** Whether this number is within a budget of its own. */
    public boolean holds(Budget budget) {
        Double ratio = ratio();
        double measured = budget.ofRatio() && ratio != null ? ratio : value;
        return budget.atLeast() ? measured >= budget.limit() : measured <= budget.limit();
    }

    private Figure with(Budget budget) {
        List<Budget> more = new ArrayList<>(budgets);
        more.add(budget);
        return new Figure(name, value, unit, peer, more);
    }

    /**
     * A promise about a number.
     *
     * @param ofRatio about the ratio to the peer, not the value
     * @param atLeast no less than the limit, else no more
     */
    public record Budget(boolean ofRatio, boolean atLeast, double limit) {}
}

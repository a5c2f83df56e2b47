package io.freshet.benchmark.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ours and the other one's rate, in turn, several times: whatever else the machine does then hits both. */
public final class PairedRates {

    private final List<RatePair> rounds = new ArrayList<>();

    public void add(double ours, double other) {
        rounds.add(new RatePair(ours, other));
    }

    /** The round with the median ratio. */
    public RatePair median() {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(RatePair::ratio))
                .toList()
                .get(rounds.size() / 2);
    }

    public record RatePair(double ours, double other) {

        private double ratio() {
            return ours / other;
        }
    }
}

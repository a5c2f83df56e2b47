package io.freshet.benchmark.purge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ours and the other one's rate, in turn, several times: whatever else the machine does then hits both. */
final class Rounds {

    private final List<Round> rounds = new ArrayList<>();

    void add(double ours, double other) {
        rounds.add(new Round(ours, other));
    }

    /** The round with the median ratio. */
    Round median() {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Round::ratio))
                .toList()
                .get(rounds.size() / 2);
    }

    record Round(double ours, double other) {

        private double ratio() {
            return ours / other;
        }
    }
}

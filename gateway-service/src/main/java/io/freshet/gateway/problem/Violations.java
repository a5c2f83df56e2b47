package io.freshet.gateway.problem;

import java.util.ArrayList;
import java.util.List;

/** Violations of a request: keeps the first 100 and counts the others. */
public final class Violations {

    public static final int MAX = 100;

    private final List<Violation> first = new ArrayList<>();
    private int count;

    public void add(Violation violation) {
        if (count++ < MAX) {
            first.add(violation);
        }
    }

    /**
     * Throws the violations.
     *
     * @throws ProblemException 400 if there are any
     */
    public void throwIfAny() {
        if (count > 0) {
            throw ProblemException.invalid(first, detail());
        }
    }

    private String detail() {
        if (count == 1) {
            return first.getFirst().place() + ' ' + first.getFirst().detail();
        }
        return count + " violations; " + (count > MAX ? "errors has the first " + MAX : "see errors");
    }
}

package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a request, up to a bound; the rest is only counted. */
final class FaultList {

    static final int MAX = 100;

    private final List<Fault> first = new ArrayList<>();
    private int count;

    void add(Fault fault) {
        if (count++ < MAX) {
            first.add(fault);
        }
    }

    void throwIfAny() {
        if (count > 0) {
            throw ProblemException.invalid(first, detail());
        }
    }

    private String detail() {
        if (count == 1) {
            return first.getFirst().place() + ' ' + first.getFirst().detail();
        }
        return count + " entries are wrong; " + (count > MAX ? "errors has the first " + MAX : "see errors");
    }
}

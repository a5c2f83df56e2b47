package io.freshet.gateway.request.query;

import io.freshet.contracts.batch.BatchId;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;

/** A batch id in a path. */
public final class BatchIdParameter {

    private BatchIdParameter() {}

    /**
     * Parses the id.
     *
     * @throws ProblemException 404 if no batch can have this id
     */
    public static BatchId of(String text) {
        try {
            return BatchId.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.NOT_FOUND, String.valueOf(e.getMessage()));
        }
    }
}

package io.freshet.gateway.request.query;

import io.freshet.contracts.TaskId;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;

/** A task id in a path. */
public final class TaskIdParameter {

    private TaskIdParameter() {}

    /**
     * Parses the id.
     *
     * @throws ProblemException 404 if no task can have this id
     */
    public static TaskId of(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.NOT_FOUND, String.valueOf(e.getMessage()));
        }
    }
}

package io.freshet.contracts.task;

import java.util.List;

/**
 * {@code GET /objects} answers this.
 *
 * @param total objects on all pages together
 */
public record TaskObjectPage(long total, List<TaskObject> objects) {

    public TaskObjectPage {
        objects = List.copyOf(objects);
    }
}

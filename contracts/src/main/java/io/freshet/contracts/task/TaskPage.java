package io.freshet.contracts.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code nextPageToken} asks for what follows; null on the last page. */
public record TaskPage(List<TaskView> tasks, @Nullable String nextPageToken) {

    public TaskPage {
        tasks = List.copyOf(tasks);
    }
}

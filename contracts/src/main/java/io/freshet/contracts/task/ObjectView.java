package io.freshet.contracts.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of a task as its account sees it.
 *
 * @param nodesTotal 0 until a worker has begun
 * @param bytes of the body, summed over nodes and variants; 0 for a refresh
 */
public record ObjectView(
        int index,
        String object,
        TaskStatus status,
        int progress,
        int nodesDone,
        int nodesTotal,
        List<String> laggingNodes,
        @Nullable String description,
        long bytes) {

    public ObjectView {
        laggingNodes = List.copyOf(laggingNodes);
    }
}

package io.freshet.contracts.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of a task as its account sees it.
 *
 * @param nodesTotal 0 until a worker has begun
 * @param description why it is delayed or has failed, or which caches it was in
 * @param bytes of the body, summed over nodes and variants; 0 for a refresh
 * @param outcomes what nodes answered to its purges; null for a push, and while no node has answered
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
        long bytes,
        @Nullable ObjectOutcomes outcomes) {

    public ObjectView {
        laggingNodes = List.copyOf(laggingNodes);
    }
}

package io.freshet.contracts.message;

import io.freshet.contracts.Sha256;
import io.freshet.contracts.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Identity of a task with children of a manifest, made of its content: the same manifest makes the same task again,
 * also on another worker, and a changed one makes another. The id is greater than that of the root by at most 66 s, and
 * its number is none that a gateway has.
 *
 * @param requestId tells tasks apart whose ids collide
 */
public record ChildTaskId(TaskId taskId, UUID requestId) {

    /** Bits that are added to the root's time. */
    private static final int TIME_BITS = 16;

    /** The highest of the low bits of an id: half of the numbers, which no gateway has. */
    private static final long CHILD = 1L << TaskId.LOW_BITS - 1;

    /** Returns whether the task is one with children. */
    public static boolean isChild(TaskId task) {
        return (task.value() & CHILD) != 0;
    }

    /**
     * Returns the identity.
     *
     * @param root the task that the account asked for
     * @param manifest URL of the manifest
     * @param objects children of it, of one domain
     */
    public static ChildTaskId of(TaskId root, String manifest, List<String> objects) {
        String content = root + "\n" + manifest + "\n" + String.join("\n", objects);
        ByteBuffer hash = ByteBuffer.wrap(Sha256.digest(content.getBytes(StandardCharsets.UTF_8)));
        long time = (root.value() >>> TaskId.LOW_BITS) + (hash.getLong() >>> Long.SIZE - TIME_BITS);
        long low = CHILD | hash.getLong() >>> Long.SIZE - (TaskId.LOW_BITS - 1);
        return new ChildTaskId(new TaskId(time << TaskId.LOW_BITS | low), new UUID(hash.getLong(), hash.getLong()));
    }
}

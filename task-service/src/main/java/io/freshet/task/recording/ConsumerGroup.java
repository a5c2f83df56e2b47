package io.freshet.task.recording;

/** The consumer group that writes the task store. */
public final class ConsumerGroup {

    public static final String NAME = "task-service";

    private ConsumerGroup() {}
}

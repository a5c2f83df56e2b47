package io.freshet.task.recording;

import io.freshet.contracts.message.ConsumerGroups;

/** The consumer group that writes the task store. */
public final class ConsumerGroup {

    public static final String NAME = ConsumerGroups.TASK_SERVICE;

    private ConsumerGroup() {}
}

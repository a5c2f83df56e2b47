package io.freshet.task.recording;

/** The consumer group that the record is written by. */
public final class Group {

    public static final String NAME = "task-service";

    private Group() {}
}

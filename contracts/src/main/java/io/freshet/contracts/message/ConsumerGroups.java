package io.freshet.contracts.message;

/** Consumer groups of the services that read commands and events. */
public final class ConsumerGroups {

    public static final String PURGE_WORKER = "purge-worker";
    public static final String PUSH_WORKER = "push-worker";
    public static final String TASK_SERVICE = "task-service";

    private ConsumerGroups() {}
}

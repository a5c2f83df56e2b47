package io.freshet.cluster.process;

/** The services of Freshet by module, with the port they listen on in an image, in the order in which they start. */
public enum Service {
    TASK_SERVICE("task-service", 8082),
    GATEWAY("gateway-service", 8080),
    PURGE_WORKER("purge-worker", 8081),
    PUSH_WORKER("push-worker", 8081);

    private final String module;
    private final int port;

    Service(String module, int port) {
        this.module = module;
        this.port = port;
    }

    /** The name of its module. */
    public String module() {
        return module;
    }

    /** Whether it has a management port only. */
    boolean isWorker() {
        return this == PURGE_WORKER || this == PUSH_WORKER;
    }

    int port() {
        return port;
    }
}

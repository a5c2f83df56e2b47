package io.freshet.e2e.cluster;

/** The services of Freshet by the names of their modules, with the ports they have by default; those that others need first. */
public enum Service {
    TASK_SERVICE("task-service", 8082, 8083),
    GATEWAY("gateway-service", 8080, 8081),
    PURGE_WORKER("purge-worker", 8086, 8084),
    PUSH_WORKER("push-worker", 8087, 8085);

    private final String module;
    private final int port;
    private final int managementPort;

    Service(String module, int port, int managementPort) {
        this.module = module;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** The name of its module. */
    public String module() {
        return module;
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }
}

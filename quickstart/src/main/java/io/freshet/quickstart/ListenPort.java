package io.freshet.quickstart;

import java.util.Locale;

/** Ports of the quickstart, all on the loopback address. */
enum ListenPort {
    /** The API and the console. */
    GATEWAY(8080),
    /** Health, metrics and {@code /nodes/{id}/in-sync} of the gateway. */
    GATEWAY_MANAGEMENT(8081),
    /** The Aliyun API. */
    ALIYUN(8090),
    /** Internal API of task-service. */
    TASK_SERVICE(8082),
    TASK_SERVICE_MANAGEMENT(8083),
    /** Health and metrics of purge-worker. */
    PURGE_WORKER(8084),
    /** Health and metrics of push-worker. */
    PUSH_WORKER(8085),
    /** Kafka, for any Kafka tool. */
    BROKER(19_092),
    BROKER_CONTROLLER(19_093),
    /** PostgreSQL: user postgres, database freshet, no password. */
    POSTGRES(15_432),
    /** The demo site. */
    ORIGIN(6084),
    L2_A(6083),
    L1_A(6081),
    L1_B(6082);

    private final int defaultPort;

    ListenPort(int defaultPort) {
        this.defaultPort = defaultPort;
    }

    int defaultPort() {
        return defaultPort;
    }

    /** Returns the environment variable that sets the port. */
    String variable() {
        return "FRESHET_QUICKSTART_PORTS_" + name();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

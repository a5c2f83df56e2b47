package io.freshet.quickstart;

import java.util.Locale;

/** Everything that listens. */
enum ListenPort {
    GATEWAY,
    GATEWAY_MANAGEMENT,
    ALIYUN,
    TASK_SERVICE,
    TASK_SERVICE_MANAGEMENT,
    PURGE_WORKER,
    PUSH_WORKER,
    BROKER,
    BROKER_CONTROLLER,
    POSTGRES,
    ORIGIN,
    L2_A,
    L1_A,
    L1_B;

    /** The environment variable that sets it. */
    String variable() {
        return "FRESHET_QUICKSTART_" + name() + "_PORT";
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

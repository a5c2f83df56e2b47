package io.freshet.quickstart;

import java.util.Locale;
import java.util.function.ToIntFunction;

/** Ports that the quickstart listens on, in the order of {@link PortProperties}. */
enum ListenPort {
    GATEWAY(PortProperties::gateway),
    GATEWAY_MANAGEMENT(PortProperties::gatewayManagement),
    ALIYUN(PortProperties::aliyun),
    TASK_SERVICE(PortProperties::taskService),
    TASK_SERVICE_MANAGEMENT(PortProperties::taskServiceManagement),
    PURGE_WORKER(PortProperties::purgeWorker),
    PUSH_WORKER(PortProperties::pushWorker),
    BROKER(PortProperties::broker),
    BROKER_CONTROLLER(PortProperties::brokerController),
    POSTGRES(PortProperties::postgres),
    ORIGIN(PortProperties::origin),
    L2_A(PortProperties::l2A),
    L1_A(PortProperties::l1A),
    L1_B(PortProperties::l1B);

    private final ToIntFunction<PortProperties> number;

    ListenPort(ToIntFunction<PortProperties> number) {
        this.number = number;
    }

    int number(PortProperties ports) {
        return number.applyAsInt(ports);
    }

    /** Returns the environment variable that sets it. */
    String variable() {
        return "FRESHET_QUICKSTART_PORTS_" + name();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

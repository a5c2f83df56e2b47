package io.freshet.cluster;

import io.freshet.cluster.process.Component;
import io.freshet.cluster.process.ProcessPlatform.Broker;
import java.time.Duration;
import java.util.List;

/** One broker of Kafka, which can be killed, cut off and slowed down. */
public final class KafkaBroker {

    private final int id;
    private final Broker broker;
    private final TcpProxy fromServices;
    private final List<TcpProxy> links;

    /**
     * @param fromServices between the services and this broker
     * @param links between this broker and the others, in both directions
     */
    KafkaBroker(int id, Broker broker, TcpProxy fromServices, List<TcpProxy> links) {
        this.id = id;
        this.broker = broker;
        this.fromServices = fromServices;
        this.links = List.copyOf(links);
    }

    /** Returns the id, from 1. */
    public int id() {
        return id;
    }

    /** As a power cut does it. */
    public void kill() {
        part().kill();
    }

    /** As an operator does it. */
    public void stop() {
        part().stop();
    }

    /** Returns when it listens. */
    public void start() {
        part().start();
    }

    /**
     * Loses all that is sent between this broker and anybody but this JVM: services, other brokers, other controllers.
     * Connections stay open.
     */
    public void cutOff() {
        fromServices.loseAll();
        links.forEach(TcpProxy::loseAll);
    }

    /** Delays all that is sent between this broker and anybody but this JVM. */
    public void slowDown(Duration delay) {
        fromServices.delay(delay);
        links.forEach(link -> link.delay(delay));
    }

    /** Ends {@link #cutOff} and {@link #slowDown}. */
    public void mend() {
        fromServices.mend();
        links.forEach(TcpProxy::mend);
    }

    TcpProxy fromServices() {
        return fromServices;
    }

    Broker broker() {
        return broker;
    }

    Component part() {
        return broker.part();
    }
}

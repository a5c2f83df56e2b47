package io.freshet.cluster.process;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Listeners of one of several brokers, each of which is a controller, too. Every broker reaches this one by listeners
 * that it alone uses, so that a proxy can stand between each two.
 *
 * @param id of this broker, from 1
 * @param direct for this JVM, and for services that no proxy disturbs
 * @param proxied for services behind a proxy
 * @param fromBrokers of the broker with id 1, 2, …, this one included
 * @param fromControllers of the controller with id 1, 2, …, this one included
 * @param quorum where this controller reaches each controller, itself included, in the order of their ids
 */
public record BrokerListeners(
        int id,
        Address direct,
        Listener proxied,
        List<Listener> fromBrokers,
        List<Listener> fromControllers,
        List<Address> quorum) {

    /**
     * Address to which a broker binds.
     *
     * @param advertised where others find it: the same, or a proxy
     */
    public record Listener(Address address, Address advertised) {

        /** Returns a listener without a proxy at an address that nobody has. */
        public static Listener direct() {
            Address address = ProcessPlatform.free();
            return new Listener(address, address);
        }
    }

    /** Returns the listeners of a single broker without proxies. */
    public static BrokerListeners ofSingleBroker() {
        Listener controller = Listener.direct();
        return new BrokerListeners(
                1,
                ProcessPlatform.free(),
                Listener.direct(),
                List.of(Listener.direct()),
                List.of(controller),
                List.of(controller.advertised()));
    }

    /** Returns the lines of {@code server.properties} that depend on the listeners and the number of brokers. */
    String properties() {
        int replicas = quorum.size();
        return """
                process.roles=broker,controller
                node.id=%1$d
                controller.quorum.voters=%2$s
                controller.listener.names=%3$s
                inter.broker.listener.name=%4$s
                listeners=%5$s
                advertised.listeners=%6$s
                listener.security.protocol.map=%7$s
                default.replication.factor=%8$d
                min.insync.replicas=%9$d
                offsets.topic.replication.factor=%8$d
                transaction.state.log.replication.factor=%8$d
                transaction.state.log.min.isr=%9$d
                share.coordinator.state.topic.replication.factor=%8$d
                share.coordinator.state.topic.min.isr=%9$d
                """.formatted(
                        id,
                        voters(),
                        ownFirst().map(BrokerListeners::controllerName).collect(Collectors.joining(",")),
                        brokerName(id),
                        urls(Listener::address),
                        urls(Listener::advertised),
                        names().map(name -> name + ":PLAINTEXT").collect(Collectors.joining(",")),
                        replicas,
                        replicas / 2 + 1);
    }

    private String voters() {
        return ids().mapToObj(voter -> voter + "@" + quorum.get(voter - 1).inside())
                .collect(Collectors.joining(","));
    }

    /** Of all listeners of a controller this one uses the first that it has itself. */
    private Stream<Integer> ownFirst() {
        return Stream.concat(Stream.of(id), ids().boxed().filter(other -> other != id));
    }

    private IntStream ids() {
        return IntStream.rangeClosed(1, quorum.size());
    }

    private Stream<String> names() {
        return Stream.concat(
                Stream.of("DIRECT", "PROXIED"),
                ids().boxed().flatMap(from -> Stream.of(brokerName(from), controllerName(from))));
    }

    private String urls(Function<Listener, Address> side) {
        Stream<String> clients = Stream.of(url("DIRECT", direct), url("PROXIED", side.apply(proxied)));
        Stream<String> cluster = ids().boxed()
                .flatMap(from -> Stream.of(
                        url(brokerName(from), side.apply(fromBrokers.get(from - 1))),
                        url(controllerName(from), side.apply(fromControllers.get(from - 1)))));
        return Stream.concat(clients, cluster).collect(Collectors.joining(","));
    }

    private static String url(String name, Address address) {
        return name + "://" + address.inside();
    }

    private static String brokerName(int from) {
        return "BROKER" + from;
    }

    private static String controllerName(int from) {
        return "CONTROLLER" + from;
    }
}

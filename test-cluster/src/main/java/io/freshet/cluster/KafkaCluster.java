package io.freshet.cluster;

import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.BrokerListeners;
import io.freshet.cluster.process.BrokerListeners.Listener;
import io.freshet.cluster.process.Component;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.ProcessPlatform.Broker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Kafka of one or more brokers, each of which is a controller, too. A proxy stands before each broker, and between each
 * two in each direction.
 */
final class KafkaCluster implements AutoCloseable {

    private final ProcessPlatform platform;
    private final int size;
    private final List<Link> links = new ArrayList<>();
    private final List<KafkaBroker> brokers;

    /** @param from id of the broker or controller that connects, or {@link #SERVICES} */
    private record Link(int from, int to, TcpProxy proxy) {

        boolean isOf(int broker) {
            return from == broker || to == broker;
        }
    }

    private record Listeners(Listener proxied, List<Listener> fromBrokers, List<Listener> fromControllers) {}

    private static final int SERVICES = 0;

    KafkaCluster(ProcessPlatform platform, int size) {
        this.platform = platform;
        this.size = size;
        List<Listeners> listeners = ids().mapToObj(this::listeners).toList();
        brokers = ids().mapToObj(id -> broker(id, listeners)).toList();
    }

    private Listeners listeners(int to) {
        return new Listeners(listener(SERVICES, to), fromEach(to), fromEach(to));
    }

    private List<Listener> fromEach(int to) {
        return ids().mapToObj(from -> listener(from, to)).toList();
    }

    private Listener listener(int from, int to) {
        if (from == to) {
            return Listener.direct();
        }
        Address address = ProcessPlatform.free();
        TcpProxy proxy = new TcpProxy(platform, () -> address);
        links.add(new Link(from, to, proxy));
        return new Listener(address, proxy.address());
    }

    private KafkaBroker broker(int id, List<Listeners> all) {
        Listeners own = all.get(id - 1);
        List<Address> quorum = all.stream()
                .map(other -> other.fromControllers().get(id - 1).advertised())
                .toList();
        Broker broker = platform.kafka(new BrokerListeners(
                id, ProcessPlatform.free(), own.proxied(), own.fromBrokers(), own.fromControllers(), quorum));
        List<TcpProxy> between = links.stream()
                .filter(link -> link.isOf(id) && link.from() != SERVICES)
                .map(Link::proxy)
                .toList();
        return new KafkaBroker(id, broker, fromServices(id), between);
    }

    private TcpProxy fromServices(int id) {
        return links.stream()
                .filter(link -> link.from() == SERVICES && link.to() == id)
                .findFirst()
                .orElseThrow()
                .proxy();
    }

    private IntStream ids() {
        return IntStream.rangeClosed(1, size);
    }

    List<KafkaBroker> brokers() {
        return brokers;
    }

    /** All at once: one of several needs others to be ready. */
    void start() {
        ClusterServices.together(
                brokers.stream().map(broker -> (Runnable) broker::start).toList());
    }

    void stop() {
        ClusterServices.together(
                brokers.stream().map(broker -> (Runnable) broker::stop).toList());
    }

    void kill() {
        brokers.forEach(KafkaBroker::kill);
    }

    /** Returns {@code host:port,host:port} of the brokers behind their proxies. */
    String proxied() {
        return bootstrap(Broker::proxied);
    }

    /**
     * Returns {@code host:port,host:port} for services that a test with a single broker does not disturb. Of several
     * brokers all services notice what happens to one.
     */
    String undisturbed() {
        return size == 1 ? bootstrap(Broker::address) : proxied();
    }

    private String bootstrap(Function<Broker, Address> address) {
        return brokers.stream()
                .map(broker -> address.apply(broker.broker()).inside())
                .collect(Collectors.joining(","));
    }

    /** Returns the environment of services that keep what they have accepted when one of several brokers dies. */
    Map<String, String> topicSettings() {
        return size == 1
                ? Map.of()
                : Map.of(
                        "FRESHET_TOPICS_REPLICATION", Integer.toString(size),
                        "FRESHET_TOPICS_MIN_INSYNC_REPLICAS", Integer.toString(size / 2 + 1));
    }

    KafkaClient client() {
        return new KafkaClient(
                brokers.stream().map(broker -> broker.broker().address()).toArray(Address[]::new));
    }

    /** Several are killed, since a quorum that stops together waits for itself. */
    @Override
    public void close() {
        if (size > 1) {
            kill();
        }
        brokers.stream().map(KafkaBroker::part).forEach(Component::close);
        links.forEach(link -> link.proxy().close());
    }
}

package io.freshet.cluster;

import static java.util.Objects.requireNonNull;

import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.Component;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.ProcessPlatform.Database;
import io.freshet.cluster.process.Service;
import io.freshet.cluster.process.Vcl;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole of Freshet with everything around it: an origin, a Varnish L2 and two Varnish L1, Kafka, Postgres, the four
 * services. The gateway alone reaches a single broker through a proxy, which can lose what it says; all services reach
 * several brokers through proxies.
 */
public final class TestCluster implements AutoCloseable {

    private final ProcessPlatform platform;
    private final Origin origin;
    private final KafkaCluster kafka;
    private final Database postgres;
    private final Map<String, Cache> caches = new HashMap<>();
    private final Cache l2;
    private final Cache l1a;
    private final Cache l1b;
    private final Fleet fleet;
    private final ClusterServices services;
    private final ExtraNodes extraNodes;
    private final Deque<Component> parts = new ArrayDeque<>();
    private final List<TcpProxy> proxies = new ArrayList<>();

    private TestCluster(ProcessPlatform platform, int brokers) {
        this.platform = platform;
        origin = new Origin(platform.bindAddress());
        kafka = new KafkaCluster(platform, brokers);
        postgres = platform.postgres();
        Address source =
                new Address(platform.here() + ":" + origin.port(), platform.bindAddress() + ":" + origin.port());
        l2 = platform.cache("l2-a", source, Vcl.TOKEN);
        l1a = platform.cache("l1-a", l2.address(), Vcl.TOKEN);
        l1b = platform.cache("l1-b", l2.address(), Vcl.TOKEN);
        caches.putAll(Map.of("l2-a", l2, "l1-a", l1a, "l1-b", l1b));
        fleet = Fleet.empty()
                .withL2("l2-a", l2.address())
                .withL1("l1-a", l1a.address(), Purging.VARNISH)
                .withL1("l1-b", l1b.address(), Purging.VARNISH);
        services = new ClusterServices(platform, kafka, postgres, fleet);
        extraNodes = new ExtraNodes(platform, source, l2.address(), fleet, this::started);
    }

    /**
     * Starts a cluster with one broker, and stops it again if a part does not start.
     *
     * @param name in reports and of its folders
     */
    public static TestCluster launch(String name) {
        return launch(name, 1);
    }

    /** Starts a cluster with several brokers, of which each has all records, and most must have a record. */
    public static TestCluster launch(String name, int brokers) {
        TestCluster cluster = new TestCluster(ProcessPlatform.forTests(name), brokers);
        try {
            cluster.start();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void start() {
        List.of(postgres.part(), l2.part(), l1a.part(), l1b.part()).forEach(parts::push);
        ClusterServices.together(List.of(kafka::start, postgres.part()::start, this::startCaches));
        services.start();
    }

    /** Parents first: Varnish resolves its backend's name when it starts. */
    private void startCaches() {
        l2.part().start();
        l1a.part().start();
        l1b.part().start();
    }

    /** Returns the name in reports. */
    public String name() {
        return platform.name();
    }

    public Origin origin() {
        return origin;
    }

    public CacheNode l2() {
        return new CacheNode("l2-a", l2.address().fromHere());
    }

    public List<CacheNode> l1() {
        return List.of(
                new CacheNode("l1-a", l1a.address().fromHere()),
                new CacheNode("l1-b", l1b.address().fromHere()));
    }

    /** The gateway as the account that may do everything sees it. */
    public GatewayClient gateway() {
        return gateway(Fleet.TOKEN);
    }

    /** @param token null for a client that sends none */
    public GatewayClient gateway(@Nullable String token) {
        return new GatewayClient(services.first(Service.GATEWAY).address().fromHere(), token);
    }

    /** {@code host:port} of the Aliyun API of each gateway, the oldest first. */
    public List<String> aliyun() {
        return services.addresses(Service.GATEWAY).stream()
                .map(place -> place.aliyun().outside())
                .toList();
    }

    /** Returns the management address, which load balancers ask. */
    public GatewayClient gatewayManagement() {
        return managements(Service.GATEWAY).getFirst();
    }

    /** The management ports of a service's instances, the oldest first. */
    public List<GatewayClient> managements(Service service) {
        return services.addresses(service).stream()
                .map(place -> new GatewayClient(place.management().fromHere(), null))
                .toList();
    }

    /** Returns the proxy between the gateway alone and the only broker. */
    public TcpProxy betweenGatewayAndKafka() {
        return onlyBroker().fromServices();
    }

    private KafkaBroker onlyBroker() {
        if (brokers().size() != 1) {
            throw new IllegalStateException(brokers().size() + " brokers, each behind proxies of its own");
        }
        return brokers().getFirst();
    }

    /** Returns the brokers, which can be disturbed one by one. */
    public List<KafkaBroker> brokers() {
        return kafka.brokers();
    }

    /** A way to a node that can be cut, for those whose fleet leads through it. */
    public TcpProxy wayTo(CacheNode node) {
        return proxy(cache(node)::address);
    }

    /** Returns the address of console and API. */
    public URI gatewayAddress() {
        return services.first(Service.GATEWAY).address().fromHere();
    }

    /** Returns the address of the gateway's management port. */
    public URI gatewayManagementAddress() {
        return services.first(Service.GATEWAY).management().fromHere();
    }

    /** The database of the record, for a past that nobody has time to live through. */
    public Database record() {
        return postgres;
    }

    /** A node is stopped as its operator stops it: nobody listens there any more. */
    public void stop(CacheNode node) {
        cache(node).part().stop();
    }

    /** It is back; a Varnish is empty. */
    public void start(CacheNode node) {
        cache(node).part().start();
    }

    /** A node is stopped as a power cut stops it. */
    public void kill(CacheNode node) {
        cache(node).part().kill();
    }

    /** A node hangs, with all that it holds. */
    public void pause(CacheNode node) {
        cache(node).part().pause();
    }

    /** It goes on as if nothing had been. */
    public void resume(CacheNode node) {
        cache(node).part().resume();
    }

    public KafkaClient kafka() {
        return kafka.client();
    }

    public void killKafka() {
        kafka.kill();
    }

    public void killPostgres() {
        postgres.part().kill();
    }

    public void stopKafka() {
        kafka.stop();
    }

    public void startKafka() {
        kafka.start();
    }

    public void stopPostgres() {
        postgres.part().stop();
    }

    public void startPostgres() {
        postgres.part().start();
    }

    /** As a power cut does it. */
    public void kill(Service service) {
        services.kill(service);
    }

    /** Kills one of several instances; the cluster then has one less. */
    public void killOne(Service service) {
        services.killOne(service);
    }

    /** Starts again what was killed. */
    public void start(Service service) {
        services.start(service);
    }

    /** Runs this many instances of a service. */
    public void scale(Service service, int count) {
        services.scale(service, count);
    }

    /** The nodes as all services know them at first. */
    public Fleet fleet() {
        return fleet;
    }

    /** Replaces the fleet file of all services while they run. */
    public void replaceFleet(String yaml) {
        services.replaceFleet(yaml);
    }

    /** Restarts the instances of a service one after the other, each with its present fleet file. */
    public void rollingRestart(Service service) {
        services.rollingRestart(service);
    }

    /** Runs one more instance of a service, with a fleet of its own. */
    public void startOneMore(Service service, Fleet other) {
        services.startOneMore(service, other);
    }

    /** Returns the nodes that can be added to the fleet. */
    public ExtraNodes extraNodes() {
        return extraNodes;
    }

    /** Returns the address of a node as the services reach it. */
    public URI addressForServices(String id) {
        return requireNonNull(caches.get(id), id).address().fromParts();
    }

    /** A node that was added to the fleet. */
    public CacheNode node(String id) {
        return new CacheNode(id, requireNonNull(caches.get(id), id).address().fromHere());
    }

    /** Runs a service with another fleet. */
    public void restart(Service service, Fleet other) {
        restart(service, other, Map.of());
    }

    /** Runs a service with another fleet and settings. */
    public void restart(Service service, Fleet other, Map<String, String> settings) {
        services.restart(service, other, settings);
    }

    /** Runs a service as at first. */
    public void restart(Service service) {
        restart(service, fleet);
    }

    private Cache started(String id, Cache cache) {
        caches.put(id, cache);
        parts.push(cache.part());
        cache.part().start();
        return cache;
    }

    private Cache cache(CacheNode node) {
        return requireNonNull(caches.get(node.id()), node.id());
    }

    private TcpProxy proxy(Supplier<Address> server) {
        TcpProxy proxy = new TcpProxy(platform, server);
        proxies.add(proxy);
        return proxy;
    }

    @Override
    public void close() {
        services.parts().forEach(parts::push);
        ClusterServices.together(Stream.concat(
                        parts.stream().map(part -> (Runnable) part::close), Stream.of(kafka::close))
                .toList());
        proxies.forEach(TcpProxy::close);
        origin.close();
    }
}

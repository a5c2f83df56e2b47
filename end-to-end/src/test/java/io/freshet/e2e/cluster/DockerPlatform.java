package io.freshet.e2e.cluster;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** Everything as containers on one network, the services from the images that the repository's Dockerfile makes. */
final class DockerPlatform implements Platform {

    private static final int VARNISH_PORT = 80;
    private static final int ALIYUN_PORT = 8090;

    /** Of every service in an image. */
    private static final int MANAGEMENT_PORT = 8081;

    private static final int NGINX_PORT = 80;
    private static final long SERVICE_MEMORY = 512L << 20;

    /** Each part knows when it answers, the second time it is started too. */
    private static final WaitStrategy NO_WAIT = new AbstractWaitStrategy() {
        @Override
        protected void waitUntilReady() {}
    };

    private final Path logs = Repository.emptyFolder("logs/docker");
    private final Map<Service, ImageFromDockerfile> images = new EnumMap<>(Service.class);
    private final Network network = Network.newNetwork(); // made when first used

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public Optional<String> missing() {
        return DockerClientFactory.instance().isDockerAvailable()
                ? Optional.empty()
                : Optional.of("no Docker engine answers");
    }

    @Override
    public String here() {
        return "host.docker.internal";
    }

    @Override
    public String bindAddress() {
        return "0.0.0.0";
    }

    @Override
    public Broker kafka(String proxy) {
        Address everybody = address("kafka", 9092);
        Address proxied = address("kafka", 9094);
        Address administered = address("kafka", 9095);
        GenericContainer<?> container = container("apache/kafka:4.2.1", "kafka", everybody, proxied, administered)
                .withEnv("KAFKA_NODE_ID", "1")
                .withEnv("KAFKA_PROCESS_ROLES", "broker,controller")
                .withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
                .withEnv("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")
                .withEnv("KAFKA_LISTENERS", "CONTROLLER://:9093,PLAINTEXT://:9092,PROXIED://:9094,ADMIN://:9095")
                .withEnv(
                        "KAFKA_ADVERTISED_LISTENERS",
                        "PLAINTEXT://" + everybody.inside() + ",PROXIED://" + proxy + ",ADMIN://"
                                + administered.outside())
                .withEnv(
                        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,ADMIN:PLAINTEXT")
                .withEnv("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT")
                .withEnv("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_OFFSETS_RETENTION_MINUTES", "129600")
                .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withEnv("KAFKA_HEAP_OPTS", "-Xmx512m");
        return new Broker(part(container, "kafka", () -> Probe.accepts(everybody)), everybody, proxied, administered);
    }

    @Override
    public Database postgres() {
        Address address = address("postgres", 5432);
        GenericContainer<?> container = container("postgres:18", "postgres", address)
                .withEnv("POSTGRES_USER", "freshet")
                .withEnv("POSTGRES_PASSWORD", "freshet")
                .withEnv("POSTGRES_DB", "freshet");
        BooleanSupplier ready = () -> {
            try {
                return container
                                .execInContainer("pg_isready", "-h", "localhost", "-U", "freshet")
                                .getExitCode()
                        == 0;
            } catch (IOException _) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        };
        return new Database(
                part(container, "postgres", ready),
                "jdbc:postgresql://" + address.inside() + "/freshet",
                "freshet",
                "freshet");
    }

    @Override
    public ServiceAddresses place(Service service, String instance) {
        Address address = address(instance, service.port());
        return new ServiceAddresses(
                instance,
                address,
                service.isWorker() ? address : address(instance, MANAGEMENT_PORT),
                address(instance, ALIYUN_PORT));
    }

    @Override
    public Component service(Service service, ServiceAddresses place, Map<String, String> environment, Path fleet) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("FRESHET_CONFIG", "/etc/freshet/freshet.yml");
        all.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"); // started often and run briefly
        GenericContainer<?> container = configured(
                        new GenericContainer<>(images.computeIfAbsent(service, DockerPlatform::image)),
                        place.instance(),
                        place.address(),
                        place.management(),
                        place.aliyun())
                .withEnv(all)
                .withCopyToContainer(Transferable.of(read(fleet)), "/etc/freshet/freshet.yml")
                .withCreateContainerCmdModifier(
                        command -> requireNonNull(command.getHostConfig()).withMemory(SERVICE_MEMORY));
        return part(container, place.instance(), () -> Probe.isReady(place.management()));
    }

    @Override
    public Optional<Cache> varnish(String id, String vcl, String token) {
        Address address = address(id, VARNISH_PORT);
        GenericContainer<?> container = container("varnish:7.7", id, address)
                .withEnv(Vcl.TOKEN_VARIABLE, token)
                .withCommand("-i", id)
                .withCopyToContainer(Transferable.of(vcl), "/etc/varnish/default.vcl")
                .withCopyToContainer(Transferable.of(read(Vcl.FRESHET)), "/etc/varnish/freshet.vcl");
        return Optional.of(new Cache(part(container, id, () -> Probe.answersHttp(address)), address));
    }

    @Override
    public Optional<Cache> nginx(String id, NginxSite site) {
        if (!site.modules().isEmpty()) {
            return Optional.empty(); // the public image has none
        }
        Address address = address(id, NGINX_PORT);
        String server = "%s\nserver {\n    listen %d;\n    %s\n}\n".formatted(site.http(), NGINX_PORT, site.server());
        GenericContainer<?> container = container("nginx:1.26", id, address)
                .withCopyToContainer(Transferable.of(server), "/etc/nginx/conf.d/default.conf");
        return Optional.of(new Cache(part(container, id, () -> Probe.answersHttp(address)), address));
    }

    @Override
    public void close() {
        network.close();
    }

    /** Built as {@code docker build --build-arg SERVICE=… .} builds it. */
    private static ImageFromDockerfile image(Service service) {
        Path executable = Repository.executable(service);
        return new ImageFromDockerfile("freshet-e2e/" + service.module(), false)
                .withFileFromPath("Dockerfile", Repository.root().resolve("Dockerfile"))
                .withFileFromPath(Repository.root().relativize(executable).toString(), executable)
                .withBuildArg("SERVICE", service.module());
    }

    private GenericContainer<?> container(String image, String name, Address... addresses) {
        return configured(new GenericContainer<>(DockerImageName.parse(image)), name, addresses);
    }

    private GenericContainer<?> configured(GenericContainer<?> container, String name, Address... addresses) {
        container.withNetwork(network).withNetworkAliases(name).withExtraHost(here(), "host-gateway");
        container.setPortBindings(Stream.of(addresses)
                .map(address -> address.outsidePort() + ":" + address.insidePort())
                .distinct()
                .toList());
        container.setWaitStrategy(NO_WAIT);
        return container;
    }

    private PausableComponent part(GenericContainer<?> container, String name, BooleanSupplier answers) {
        return new ContainerComponent(container, logs.resolve(name + ".log"), answers);
    }

    private static Address address(String name, int port) {
        return new Address(
                name + ":" + port, DockerClientFactory.instance().dockerHostIpAddress() + ":" + Probe.freePort());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

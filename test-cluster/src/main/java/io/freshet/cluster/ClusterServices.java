package io.freshet.cluster;

import io.freshet.cluster.process.Component;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.ProcessPlatform.Database;
import io.freshet.cluster.process.ProcessPlatform.ServiceAddresses;
import io.freshet.cluster.process.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Instances of the four services of a test cluster. */
final class ClusterServices {

    private final ProcessPlatform platform;
    private final KafkaCluster kafka;
    private final Database postgres;
    private final Fleet fleet;
    private final Map<Service, List<Instance>> services = new EnumMap<>(Service.class);

    /** Parts of all instances, also of those that have ended. */
    private final List<Component> parts = new ArrayList<>();

    private record Instance(ServiceAddresses place, Component part) {}

    /** @param fleet that the services know, unless a test gives them another */
    ClusterServices(ProcessPlatform platform, KafkaCluster kafka, Database postgres, Fleet fleet) {
        this.platform = platform;
        this.kafka = kafka;
        this.postgres = postgres;
        this.fleet = fleet;
    }

    /** Starts one instance of each service. */
    void start() {
        for (Service service : Service.values()) {
            add(service, fleet, Map.of());
        }
        together(Stream.of(Service.values())
                .map(service -> (Runnable) () -> start(service))
                .toList());
    }

    /** Starts the instances of a service that do not run. */
    void start(Service service) {
        together(running(service).stream()
                .map(instance -> (Runnable) instance.part()::start)
                .toList());
    }

    void kill(Service service) {
        running(service).forEach(instance -> instance.part().kill());
    }

    void killOne(Service service) {
        running(service).removeLast().part().kill();
    }

    void scale(Service service, int count) {
        List<Instance> running = running(service);
        while (running.size() > count) {
            running.removeLast().part().close();
        }
        while (running.size() < count) {
            add(service, fleet, Map.of());
        }
        start(service);
    }

    void startOneMore(Service service, Fleet other) {
        add(service, other, Map.of()).part().start();
    }

    /** Runs the same instances with another fleet and settings. */
    void restart(Service service, Fleet other, Map<String, String> settings) {
        List<ServiceAddresses> places = addresses(service);
        running(service).forEach(instance -> instance.part().close());
        running(service).clear();
        places.forEach(place -> add(service, place, other, settings));
        start(service);
    }

    /** Restarts the instances of a service one after the other, each with its present fleet file. */
    void rollingRestart(Service service) {
        running(service).forEach(instance -> {
            instance.part().stop();
            instance.part().start();
        });
    }

    /** Returns the addresses of the instances of a service, the oldest first. */
    List<ServiceAddresses> addresses(Service service) {
        return running(service).stream().map(Instance::place).toList();
    }

    /** Returns the addresses of the oldest instance of a service. */
    ServiceAddresses first(Service service) {
        return running(service).getFirst().place();
    }

    List<Component> parts() {
        return parts;
    }

    private Instance add(Service service, Fleet fleet, Map<String, String> settings) {
        String name = service.module() + "-" + (parts.size() + 1);
        return add(service, platform.place(service, name), fleet, settings);
    }

    private Instance add(Service service, ServiceAddresses place, Fleet fleet, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(environment(service));
        environment.putAll(kafka.topicSettings());
        environment.putAll(settings);
        Component part = platform.service(service, place, environment, file(place.instance(), fleet));
        parts.add(part);
        Instance instance = new Instance(place, part);
        running(service).add(instance);
        return instance;
    }

    private Map<String, String> environment(Service service) {
        return switch (service) {
            case TASK_SERVICE ->
                Map.of(
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.undisturbed(),
                        "SPRING_DATASOURCE_URL", postgres.url(),
                        "SPRING_DATASOURCE_USERNAME", postgres.user(),
                        "SPRING_DATASOURCE_PASSWORD", postgres.password());
            case GATEWAY ->
                Map.of(
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                        kafka.proxied(),
                        "FRESHET_GATEWAY_TASK_SERVICE_URL",
                        first(Service.TASK_SERVICE).address().fromParts().toString(),
                        // On a busy machine an admission must not be done without for being slow.
                        "FRESHET_GATEWAY_TASK_SERVICE_ADMISSION_TIMEOUT",
                        "3s",
                        "FRESHET_GATEWAY_TASK_SERVICE_QUERY_TIMEOUT",
                        "10s",
                        "FRESHET_GATEWAY_ALIYUN_NONCES_STORE",
                        "shared");
            case PURGE_WORKER ->
                Map.of(
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                        kafka.undisturbed(),
                        // The origin answers at once, unless a test holds it back.
                        "FRESHET_DELIVERY_REBOUND_DELAY",
                        "2s",
                        // A second purge is due after the cursor behind it was written.
                        "FRESHET_DELIVERY_CURSOR_INTERVAL",
                        "500ms");
            case PUSH_WORKER -> Map.of("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.undisturbed());
        };
    }

    private Path file(String name, Fleet fleet) {
        try {
            return Files.writeString(platform.folder("fleets").resolve(name + ".yml"), fleet.yaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the fleet file of all instances while they run. */
    void replaceFleet(String yaml) {
        services.values().stream().flatMap(List::stream).forEach(instance -> {
            Path folder = platform.folder("fleets");
            Path file = folder.resolve(instance.place().instance() + ".yml");
            try {
                Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), yaml);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private List<Instance> running(Service service) {
        return services.computeIfAbsent(service, _ -> new ArrayList<>());
    }

    /** Runs all at the same time, and waits for them. */
    static void together(List<Runnable> starts) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(starts.stream()
                            .map(start -> CompletableFuture.runAsync(start, threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }
}

package io.freshet.benchmark.measure;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.BrokerListeners;
import io.freshet.cluster.process.Component;
import io.freshet.cluster.process.NginxSite;
import io.freshet.cluster.process.PausableComponent;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.ProcessPlatform.Broker;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.ProcessPlatform.Database;
import io.freshet.cluster.process.ProcessPlatform.ServiceAddresses;
import io.freshet.cluster.process.Service;
import io.freshet.cluster.process.Vcl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Environment of a scenario: processes on loopback, each started when it is first used, services with the
 * settings and the heap that they have by default.
 */
public final class BenchmarkEnvironment implements AutoCloseable {

    /** Programs that must be installed. */
    private static final List<String> PROGRAMS = List.of("varnishd", "varnishstat", "nginx", "wrk");

    /**
     * As in a container of 512 MB, for which a JVM chooses this collector and begins with a small heap, and with a log
     * of collections.
     */
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms8m", "-XX:+ExitOnOutOfMemoryError", "-Xlog:gc:file=gc.log");

    /** JVM options of short runs, which only check that everything works: quick starts. */
    private static final List<String> BRIEF_JVM =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:gc:file=gc.log");

    /** A page of 1 KB. */
    public static final String PAGE = "x".repeat(1024);

    private final ProcessPlatform platform;
    private final boolean brief;
    private final Map<String, Component> parts = new LinkedHashMap<>();
    private final Map<Service, Integer> instances = new HashMap<>();
    private @Nullable Broker broker;
    private @Nullable Database database;
    private @Nullable Address origin;
    private @Nullable Address taskService;

    /** @param brief whether it is only to be seen that everything works */
    public BenchmarkEnvironment(String name, boolean brief) {
        this.platform = new ProcessPlatform("benchmark-" + name, brief ? BRIEF_JVM : JVM, "", brief);
        this.brief = brief;
    }

    /** Which programs this machine would have to have; empty if nothing is missing. */
    public static List<String> missing() {
        return PROGRAMS.stream()
                .filter(program -> ProcessPlatform.program(program).isEmpty())
                .toList();
    }

    /** This many in earnest, or fewer where it is only to be seen that everything works. */
    public int load(int inEarnest, int inBrief) {
        return brief ? inBrief : inEarnest;
    }

    /** Whether it is only to be seen that everything works. */
    public boolean brief() {
        return brief;
    }

    /** The broker, which is called {@code kafka}. */
    public Broker kafka() {
        Broker running = broker;
        if (running == null) {
            running = platform.kafka(BrokerListeners.ofSingleBroker());
            started("kafka", running.part());
            broker = running;
        }
        return running;
    }

    /** The database, which is called {@code postgres}. */
    public Database postgres() {
        Database running = database;
        if (running == null) {
            running = platform.postgres();
            started("postgres", running.part());
            database = running;
        }
        return running;
    }

    /** An nginx that serves a page of 1 KB for any path, to be kept for an hour; it is called {@code origin}. */
    public Address origin() {
        Address running = origin;
        if (running == null) {
            running = nginx("origin", new NginxSite(List.of(), "keepalive_requests 1000000000;", """
                    default_type text/plain;
                    location / { add_header Cache-Control "public, max-age=3600"; return 200 "%s"; }
                    """.formatted(PAGE)));
            origin = running;
        }
        return running;
    }

    /** An address of this machine that nobody has. */
    public static Address free() {
        return ProcessPlatform.free();
    }

    /** A Varnish with our VCL, before the origin or another cache. */
    public Cache varnish(String id, Address above) {
        return started(id, platform.cache(id, above, Vcl.TOKEN));
    }

    /** The same, with memory for large objects. */
    public Cache largeVarnish(String id, Address above) {
        return largeVarnish(id, above, "");
    }

    /**
     * The same.
     *
     * @param own VCL before ours
     */
    public Cache largeVarnish(String id, Address above, String own) {
        return started(
                id,
                platform.varnish(id, Vcl.withFreshet(above, own), Vcl.TOKEN, "2g")
                        .orElseThrow());
    }

    private Cache started(String id, Cache cache) {
        started(id, cache.part());
        return cache;
    }

    /** An nginx. */
    public Address nginx(String id, NginxSite site) {
        Cache cache = platform.nginx(id, site).orElseThrow();
        started(id, cache.part());
        return cache.address();
    }

    /** A Java program of this module; its arguments are the port it is to listen on, then these. */
    public Address java(String id, Class<?> main, String... arguments) {
        Address address = free();
        List<String> command = Stream.concat(
                        Stream.of("-cp", System.getProperty("java.class.path"), main.getName(), address.insidePort()),
                        Stream.of(arguments))
                .toList();
        started(id, platform.java(id, command, Map.of(), address));
        return address;
    }

    /**
     * One more instance of a service, called by its module and a number from 1 on. The gateway needs task-service
     * before it.
     */
    public RunningService start(Service service, Fleet fleet) {
        RunningService running = prepare(service, fleet);
        running.part().start();
        return running;
    }

    private RunningService prepare(Service service, Fleet fleet) {
        String name = service.module() + "-" + instances.merge(service, 1, Integer::sum);
        ServiceAddresses place = platform.place(service, name);
        PausableComponent part =
                platform.service(service, place, environment(service), write(name + ".yml", fleet.yaml()));
        parts.put(name, part);
        if (service == Service.TASK_SERVICE) {
            taskService = place.address();
        }
        return new RunningService(name, place, part);
    }

    /** All four services, one of each. */
    public RunningServices startAll(Fleet fleet) throws ExecutionException, InterruptedException {
        List<RunningService> all = Stream.of(Service.values())
                .map(service -> prepare(service, fleet))
                .toList();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            all.forEach(running -> work.start(running.part()::start));
        }
        return new RunningServices(all.get(Service.GATEWAY.ordinal()), all.get(Service.PURGE_WORKER.ordinal()));
    }

    /** Watches everything that runs now while something is measured. */
    public ResourceMonitor watch(String during, ScenarioResults results) {
        return new ResourceMonitor(during, results, new LinkedHashMap<>(parts), this);
    }

    /** The folder in which a part runs, such as {@code varnishstat} wants to know. */
    public Path folder(String name) {
        return platform.folder(name);
    }

    /** Returns a file of a scenario with this content. */
    public Path write(String name, String content) {
        try {
            return Files.writeString(platform.folder("files").resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all instances of services that were started. */
    public Set<String> services() {
        return parts.keySet().stream()
                .filter(name ->
                        Stream.of(Service.values()).anyMatch(service -> name.startsWith(service.module() + "-")))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The log of collections of a part, which need not exist. */
    Path collections(String name) {
        return platform.folder(name).resolve("gc.log");
    }

    private Map<String, String> environment(Service service) {
        String kafka = kafka().address().inside();
        return switch (service) {
            case TASK_SERVICE ->
                Map.of(
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka,
                        "SPRING_DATASOURCE_URL", postgres().url(),
                        "SPRING_DATASOURCE_USERNAME", postgres().user(),
                        "SPRING_DATASOURCE_PASSWORD", postgres().password());
            case GATEWAY ->
                Map.of("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka, "FRESHET_GATEWAY_TASK_SERVICE_URL", taskServiceUrl());
            case PURGE_WORKER -> Map.of("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka);
            // How fast it is, not how exactly it keeps to a limit.
            case PUSH_WORKER ->
                Map.of("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka, "FRESHET_PUSH_DEFAULT_LIMIT_BYTES_PER_SECOND", "0");
        };
    }

    private String taskServiceUrl() {
        Address address = taskService;
        if (address == null) {
            throw new IllegalStateException("start task-service before the gateway");
        }
        return address.fromParts().toString();
    }

    private void started(String name, Component part) {
        parts.put(name, part);
        part.start();
    }

    /** Stops everything. */
    @Override
    public void close() {
        parts.values().stream().toList().reversed().forEach(Component::close);
    }

    /** The services that scenarios talk to. */
    public record RunningServices(RunningService gateway, RunningService purgeWorker) {}

    /** A service that runs. */
    public record RunningService(String name, ServiceAddresses place, PausableComponent part) {

        /** Returns the address of its API. */
        public URI uri() {
            return place.address().fromHere();
        }
    }
}

package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts of a test cluster as processes of this machine. */
public final class ProcessPlatform {

    private static final Logger log = LoggerFactory.getLogger(ProcessPlatform.class);
    private static final String HOST = "127.0.0.1";
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Debian's folder of nginx modules. */
    private static final Path NGINX_MODULES = Path.of("/usr/lib/nginx/modules");

    private static final String LARGE_PAGES = "-XX:+UseTransparentHugePages";

    /** As in the images. */
    private static final List<String> SERVICE_OPTIONS = List.of("-XX:+UseCompactObjectHeaders", LARGE_PAGES);

    private final String name;
    private final List<String> jvmOptions;
    private final String brokerSettings;
    private final boolean fastStart;
    private final Path work;
    private final Path logs;

    /**
     * @param name of the folders with what the processes leave behind; they are emptied
     * @param jvmOptions for all JVMs, beside the size of the heap
     * @param brokerSettings more lines of the broker's properties
     * @param fastStart whether services start from archived classes, see {@link FastStart}
     */
    public ProcessPlatform(String name, List<String> jvmOptions, String brokerSettings, boolean fastStart) {
        this.fastStart = fastStart;
        this.name = name;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.brokerSettings = brokerSettings;
        work = Repository.emptyFolder(name);
        logs = Repository.emptyFolder("logs/" + name);
    }

    /** Started often and run briefly: the first compiler is enough. A broker that was killed may come back soon. */
    public static ProcessPlatform forTests(String name) {
        return new ProcessPlatform(name, List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), """
                broker.session.timeout.ms=1000
                broker.heartbeat.interval.ms=250
                """, true);
    }

    public String name() {
        return name;
    }

    public String here() {
        return HOST;
    }

    public String bindAddress() {
        return HOST;
    }

    /** As the public image does it: format what is not formatted yet, then serve. */
    public Broker kafka(BrokerListeners listeners) {
        String name = "kafka-" + listeners.id();
        Path folder = folder(name);
        Path properties = write(folder.resolve("server.properties"), """
                %s
                log.dirs=%s
                group.initial.rebalance.delay.ms=0
                log.cleaner.dedupe.buffer.size=2097152
                %s
                """.formatted(
                        listeners.properties(), folder.resolve("data"), brokerSettings));
        String classPath = System.getProperty("java.class.path");
        run(
                List.of(
                        JAVA,
                        "-cp",
                        classPath,
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "4L6g3nShT-eMCtK--X86sw",
                        "-c"),
                properties.toString(),
                log(name));
        List<String> command =
                java("512m", List.of(LARGE_PAGES, "-cp", classPath, "kafka.Kafka", properties.toString()));
        Component part = new ProcessComponent(
                name, command, Map.of(), folder, log(name), () -> Probe.accepts(listeners.direct()));
        return new Broker(part, listeners.direct(), listeners.proxied().advertised());
    }

    public Database postgres() {
        int port = Probe.freePort();
        return new Database(
                new PostgresComponent(folder("postgres"), log("postgres"), port),
                "jdbc:postgresql://" + HOST + ":" + port + "/postgres",
                "postgres",
                "postgres");
    }

    public ServiceAddresses place(Service service, String instance) {
        Address address = free();
        return new ServiceAddresses(instance, address, service.isWorker() ? address : free(), free());
    }

    public PausableComponent service(
            Service service, ServiceAddresses place, Map<String, String> environment, Path fleet) {
        String instance = place.instance();
        Map<String, String> all = new HashMap<>(environment);
        all.put("FRESHET_CONFIG", fleet.toString());
        all.put("SERVER_PORT", place.address().insidePort());
        all.put("MANAGEMENT_SERVER_PORT", place.management().insidePort());
        all.put("FRESHET_GATEWAY_ALIYUN_PORT", place.aliyun().insidePort());
        return new ProcessComponent(
                instance,
                () -> serviceCommand(service, all),
                all,
                folder(instance),
                log(instance),
                () -> Probe.isReady(place.management()));
    }

    private List<String> serviceCommand(Service service, Map<String, String> environment) {
        List<String> options = java("256m", SERVICE_OPTIONS);
        if (!fastStart) {
            options.addAll(List.of("-jar", Repository.executable(service).toString()));
            return options;
        }
        List<String> command = new ArrayList<>(List.of(options.getFirst()));
        command.addAll(
                new FastStart(service, log("fast-start")).arguments(options.subList(1, options.size()), environment));
        return command;
    }

    /** Starts the quickstart's demo cache, which is purged like Varnish, on machines without Varnish. */
    public Cache cache(String id, Address above, String token) {
        return varnish(id, Vcl.withFreshet(above), token).orElseGet(() -> demoCache(id, above, token));
    }

    private Cache demoCache(String id, Address above, String token) {
        log.warn("There is no varnishd on this machine: {} is a demo cache of the quickstart", id);
        Address address = free();
        List<String> arguments = List.of(
                "-Dloader.main=io.freshet.quickstart.demo.DemoCache",
                "-cp",
                Repository.executable("quickstart").toString(),
                "org.springframework.boot.loader.launch.PropertiesLauncher",
                id,
                address.insidePort(),
                above.fromParts().toString());
        return new Cache(java(id, arguments, Map.of(Vcl.TOKEN_VARIABLE, token), address), address);
    }

    /** A small Java program that listens at this address. */
    public PausableComponent java(String id, List<String> arguments, Map<String, String> environment, Address address) {
        return new ProcessComponent(
                id, java("128m", arguments), environment, folder(id), log(id), () -> Probe.accepts(address));
    }

    public Optional<Cache> varnish(String id, String vcl, String token) {
        return varnish(id, vcl, token, "64m");
    }

    /**
     * Returns a Varnish, if it is installed.
     *
     * @param memory for objects, such as {@code 64m}
     */
    public Optional<Cache> varnish(String id, String vcl, String token, String memory) {
        return program("varnishd").map(varnishd -> {
            Address address = free();
            Path folder = folder(id);
            Path main = write(folder.resolve("main.vcl"), vcl);
            List<String> command = List.of(
                    varnishd.toString(),
                    "-F",
                    "-j",
                    "none",
                    "-i",
                    id,
                    "-n",
                    folder.resolve("varnish").toString(),
                    "-a",
                    address.inside(),
                    "-f",
                    main.toString(),
                    "-p",
                    "vcl_path=" + Vcl.FRESHET.getParent(),
                    "-p",
                    "nuke_limit=1000", // objects that may be dropped for a large one
                    "-s",
                    "malloc," + memory);
            PausableComponent part = new ProcessComponent(
                    id, command, Map.of(Vcl.TOKEN_VARIABLE, token), folder, log(id), () -> Probe.accepts(address));
            return new Cache(part, address);
        });
    }

    /** Makes a running Varnish use another VCL. */
    public void loadVcl(String id, String vcl) {
        Path folder = folder(id);
        Path main = write(folder.resolve("loaded.vcl"), vcl);
        List<String> admin = List.of(
                program("varnishadm").orElseThrow().toString(),
                "-n",
                folder.resolve("varnish").toString());
        run(Stream.concat(admin.stream(), Stream.of("vcl.load", "loaded")).toList(), main.toString(), log(id));
        run(Stream.concat(admin.stream(), Stream.of("vcl.use")).toList(), "loaded", log(id));
    }

    public Optional<Cache> nginx(String id, NginxSite site) {
        List<Path> modules = site.modules().stream().map(NGINX_MODULES::resolve).toList();
        if (!modules.stream().allMatch(Files::exists)) {
            return Optional.empty();
        }
        String load = modules.stream().map("load_module %s;\n"::formatted).collect(Collectors.joining());
        return program("nginx").map(nginx -> {
            Address address = free();
            Path folder = folder(id);
            Path configuration = write(
                    folder.resolve("nginx.conf"),
                    load + """
                    pid nginx.pid;
                    daemon off;
                    worker_rlimit_nofile %1$d;
                    events { worker_connections %1$d; }
                    http {
                        access_log off;
                        client_body_temp_path body;
                        proxy_temp_path proxy;
                        fastcgi_temp_path fastcgi;
                        uwsgi_temp_path uwsgi;
                        scgi_temp_path scgi;
                        %2$s
                        server {
                            listen %3$s;
                            %4$s
                        }
                    }
                    """.formatted(site.connections(), site.http(), address.inside(), site.server()));
            List<String> command =
                    List.of(nginx.toString(), "-e", "stderr", "-p", folder.toString(), "-c", configuration.toString());
            PausableComponent part =
                    new ProcessComponent(id, command, Map.of(), folder, log(id), () -> Probe.accepts(address));
            return new Cache(part, address);
        });
    }

    /** Returns a Traffic Server, if it is installed. */
    public Optional<Cache> trafficServer(String id, TrafficServerSite site) {
        return program("traffic_server").map(server -> {
            Address address = free();
            Path folder = folder(id);
            Path configuration = folder(id + "/etc");
            for (String name : List.of("cache", "log", "run")) {
                folder(id + '/' + name);
            }
            site.files(address, folder).forEach((name, content) -> write(configuration.resolve(name), content));
            Path layout = write(folder.resolve("runroot.yaml"), """
                    prefix: /usr
                    exec_prefix: /usr
                    bindir: /usr/bin
                    sbindir: /usr/sbin
                    libdir: /usr/lib/trafficserver
                    libexecdir: /usr/lib/trafficserver/modules
                    datadir: /usr/share
                    sysconfdir: %1$s/etc
                    localstatedir: %1$s/run
                    runtimedir: %1$s/run
                    logdir: %1$s/log
                    cachedir: %1$s/cache
                    """.formatted(folder));
            PausableComponent part = new ProcessComponent(
                    id,
                    List.of(server.toString()),
                    Map.of("TS_RUNROOT", layout.toString()),
                    folder,
                    log(id),
                    () -> Probe.answersHttp(address));
            return new Cache(part, address);
        });
    }

    /** Returns a Squid with a cache on disk, if it is installed. */
    public Optional<Cache> squid(String id, SquidSite site) {
        return program("squid").map(squid -> {
            Address address = free();
            Path folder = folder(id);
            Path configuration = write(folder.resolve("squid.conf"), site.text(address, folder));
            // -n: of two Squids with the same name the second does not start.
            String instance = "freshet" + address.insidePort();
            List<String> command = List.of(squid.toString(), "-N", "-n", instance, "-f", configuration.toString());
            PausableComponent part = new ProcessComponent(
                    id,
                    () -> {
                        if (!Files.exists(folder.resolve("cache"))) {
                            prepareSquid(folder, command, log(id));
                        }
                        return command;
                    },
                    Map.of(),
                    folder,
                    log(id),
                    () -> Probe.answersHttp(address));
            return new Cache(part, address);
        });
    }

    /** Creates the cache folders. Squid that root starts runs as another user, to whom the folder must belong. */
    private void prepareSquid(Path folder, List<String> command, Path log) {
        if ("root".equals(System.getProperty("user.name"))) {
            run(List.of("chown", "proxy"), folder.toString(), log);
        }
        run(command, "-z", log);
    }

    private List<String> java(String heap, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx" + heap));
        command.addAll(jvmOptions);
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(arguments);
        return command;
    }

    private void run(List<String> command, String lastArgument, Path log) {
        List<String> all = new ArrayList<>(command);
        all.add(lastArgument);
        try {
            int exit = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException(all + " ended with " + exit + ": see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An address that nobody has. */
    public static Address free() {
        String address = HOST + ":" + Probe.freePort();
        return new Address(address, address);
    }

    /** Returns the path of a program, if it is installed. */
    public static Optional<Path> program(String name) {
        Stream<String> folders =
                Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"));
        return folders.map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns the folder of a part. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(work.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log(String name) {
        return logs.resolve(name + ".log");
    }

    private static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param address of the listener without a proxy
     * @param proxied of the proxy
     */
    public record Broker(Component part, Address address, Address proxied) {}

    /** @param url JDBC, as the parts reach it */
    public record Database(Component part, String url, String user, String password) {}

    /**
     * @param instance a name that is used once
     * @param aliyun address of the Aliyun API, which only a gateway has
     */
    public record ServiceAddresses(String instance, Address address, Address management, Address aliyun) {}

    public record Cache(PausableComponent part, Address address) {}
}

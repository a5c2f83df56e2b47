package io.freshet.quickstart;

import io.freshet.quickstart.demo.DemoCache;
import io.freshet.quickstart.demo.DemoOrigin;
import io.freshet.quickstart.embedded.Broker;
import io.freshet.quickstart.embedded.Database;
import io.freshet.quickstart.embedded.OrphanedPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/**
 * All services in one process, with an embedded Kafka and Postgres and a demo site.
 */
public final class Quickstart implements AutoCloseable {

    private static final String ACCESS_KEY_SECRET = "access-key-secret";
    private static final long CACHE_BYTES = 16_000_000;

    private final QuickstartProperties settings;
    private final StartedComponents parts = new StartedComponents();

    Quickstart(QuickstartProperties settings) {
        this.settings = settings;
    }

    public static void main(String[] args) {
        long begin = System.nanoTime();
        try {
            QuickstartProperties settings = settings(args);
            Quickstart quickstart = new Quickstart(settings);
            // The services register no shutdown hooks, so that they stop before Kafka and Postgres.
            Runtime.getRuntime().addShutdownHook(new Thread(quickstart::close, "shutdown"));
            String token = quickstart.start();
            System.out.println(WelcomeMessage.text(settings, token, System.nanoTime() - begin));
        } catch (CannotStartException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            // The failed component has logged the cause; the shutdown hook stops all started components.
            System.exit(1);
        }
    }

    /**
     * Binds the settings. Spring manages no component here, so that components can stop after the services' contexts.
     */
    @Configuration
    @EnableConfigurationProperties(QuickstartProperties.class)
    static class PropertiesConfiguration {}

    static QuickstartProperties settings(String... args) {
        return new SpringApplicationBuilder(PropertiesConfiguration.class)
                .properties("spring.config.name=quickstart")
                .registerShutdownHook(false)
                .run(args)
                .getBean(QuickstartProperties.class);
    }

    /**
     * Starts all components and waits until they are ready.
     *
     * @return the demo account's token
     * @throws CannotStartException if the user has to fix something first
     */
    String start() {
        DataFolder folder = parts.start(() -> DataFolder.open(settings.data()));
        OrphanedPostgres.stop(folder.postgres());
        PortCheck.check(settings);
        String token = folder.secret("token");
        String cacheToken = folder.secret("cache-token");
        folder.secret(ACCESS_KEY_SECRET);
        Path fleet = folder.writePrivately(
                "freshet.yml",
                FleetFile.text(settings, token, cacheToken, settings.data().resolve(ACCESS_KEY_SECRET)));
        Broker broker = parts.start(() -> Broker.start(
                folder.kafka(), settings.port(ListenPort.BROKER), settings.port(ListenPort.BROKER_CONTROLLER)));
        Database database = parts.start(() -> Database.start(folder.postgres(), settings.port(ListenPort.POSTGRES)));
        startSite(cacheToken);
        Map<String, Object> shared = EmbeddedServices.shared(fleet, broker, database);
        EmbeddedServices.all(settings).forEach(service -> parts.start(() -> service.run(shared)));
        return token;
    }

    private void startSite(String cacheToken) {
        DemoOrigin origin = parts.start(() -> new DemoOrigin(settings.port(ListenPort.ORIGIN)));
        DemoCache l2 = startCache(ListenPort.L2_A, origin.address(), cacheToken);
        startCache(ListenPort.L1_A, l2.address(), cacheToken);
        startCache(ListenPort.L1_B, l2.address(), cacheToken);
    }

    private DemoCache startCache(ListenPort port, URI above, String token) {
        return parts.start(() ->
                new DemoCache(port.toString(), settings.port(port), above, token, CACHE_BYTES, InstantSource.system()));
    }

    @Override
    public void close() {
        parts.close();
    }
}

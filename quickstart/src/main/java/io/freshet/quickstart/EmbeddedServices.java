package io.freshet.quickstart;

import static java.util.Map.entry;

import io.freshet.gateway.GatewayService;
import io.freshet.purge.PurgeWorker;
import io.freshet.push.PushWorker;
import io.freshet.quickstart.embedded.Broker;
import io.freshet.quickstart.embedded.Database;
import io.freshet.task.TaskService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;

/** The services, in the order in which they start; they stop the other way round: first what takes requests. */
final class EmbeddedServices {

    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> FLEET = List.of("io.freshet.fleet.FleetAutoConfiguration");
    private static final List<String> DATABASE = List.of(
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
    /** The gateway is on Netty; only it is reactive. */
    private static final List<String> TOMCAT = List.of(
            "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
            "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration");

    private EmbeddedServices() {}

    static List<EmbeddedService> all(QuickstartProperties settings) {
        return List.of(
                new EmbeddedService(
                        TaskService::builder,
                        WebApplicationType.SERVLET,
                        FLEET,
                        Map.of(
                                "FRESHET_PORT", settings.port(ListenPort.TASK_SERVICE),
                                "FRESHET_MANAGEMENT_PORT", settings.port(ListenPort.TASK_SERVICE_MANAGEMENT),
                                "management.server.address", LOOPBACK)),
                new EmbeddedService(
                        PurgeWorker::builder,
                        WebApplicationType.SERVLET,
                        DATABASE,
                        Map.of("FRESHET_MANAGEMENT_PORT", settings.port(ListenPort.PURGE_WORKER))),
                new EmbeddedService(
                        PushWorker::builder,
                        WebApplicationType.SERVLET,
                        DATABASE,
                        Map.of("FRESHET_MANAGEMENT_PORT", settings.port(ListenPort.PUSH_WORKER))),
                new EmbeddedService(
                        GatewayService::builder,
                        WebApplicationType.REACTIVE,
                        Stream.concat(DATABASE.stream(), TOMCAT.stream()).toList(),
                        Map.of(
                                "springdoc.api-docs.enabled",
                                true,
                                "springdoc.swagger-ui.enabled",
                                true,
                                "FRESHET_PORT",
                                settings.port(ListenPort.GATEWAY),
                                "FRESHET_MANAGEMENT_PORT",
                                settings.port(ListenPort.GATEWAY_MANAGEMENT),
                                "FRESHET_ALIYUN_PORT",
                                settings.port(ListenPort.ALIYUN),
                                "management.server.address",
                                LOOPBACK,
                                // The first request finds a JVM that has loaded little yet; unadmitted pushes are
                                // refused.
                                "FRESHET_ADMISSION_TIMEOUT",
                                "3s",
                                "FRESHET_TASK_SERVICE",
                                "http://localhost:" + settings.port(ListenPort.TASK_SERVICE))));
    }

    /** What they all are told. The names are those of the environment variables that their configuration files read. */
    static Map<String, Object> shared(Path fleet, Broker broker, Database database) {
        return Map.ofEntries(
                entry("FRESHET_CONFIG", fleet),
                entry("FRESHET_KAFKA", broker.bootstrapServers()),
                entry("FRESHET_POSTGRES_URL", database.url()),
                entry("FRESHET_POSTGRES_USER", database.user()),
                entry("FRESHET_POSTGRES_PASSWORD", ""),
                entry("freshet.topics.partitions", 4),
                entry("server.address", LOOPBACK),
                // The gateway alone has an interface to describe.
                entry("springdoc.api-docs.enabled", false),
                entry("springdoc.swagger-ui.enabled", false),
                entry("logging.config", "classpath:quickstart-logback.xml"),
                entry("logging.include-application-name", false),
                entry("spring.main.banner-mode", "off"));
    }
}

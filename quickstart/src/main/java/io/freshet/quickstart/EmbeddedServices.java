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

/** The services in the order of their start. They stop in reverse order, the gateway first. */
final class EmbeddedServices {

    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> FLEET = List.of("io.freshet.fleet.FleetAutoConfiguration");
    private static final List<String> DATABASE = List.of(
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
    /** The gateway runs on Netty; only it is reactive. */
    private static final List<String> TOMCAT = List.of(
            "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
            "org.springframework.boot.tomcat.autoconfigure.actuate.web.server"
                    + ".TomcatReactiveManagementContextAutoConfiguration");

    private EmbeddedServices() {}

    static List<EmbeddedService> all(QuickstartProperties settings) {
        return List.of(
                new EmbeddedService(
                        TaskService::builder,
                        WebApplicationType.SERVLET,
                        FLEET,
                        Map.of(
                                "server.port", settings.port(ListenPort.TASK_SERVICE),
                                "management.server.port", settings.port(ListenPort.TASK_SERVICE_MANAGEMENT),
                                "management.server.address", LOOPBACK)),
                new EmbeddedService(
                        PurgeWorker::builder,
                        WebApplicationType.SERVLET,
                        DATABASE,
                        Map.of("server.port", settings.port(ListenPort.PURGE_WORKER))),
                new EmbeddedService(
                        PushWorker::builder,
                        WebApplicationType.SERVLET,
                        DATABASE,
                        Map.of("server.port", settings.port(ListenPort.PUSH_WORKER))),
                new EmbeddedService(
                        GatewayService::builder,
                        WebApplicationType.REACTIVE,
                        Stream.concat(DATABASE.stream(), TOMCAT.stream()).toList(),
                        Map.of(
                                "springdoc.api-docs.enabled",
                                true,
                                "springdoc.swagger-ui.enabled",
                                true,
                                "server.port",
                                settings.port(ListenPort.GATEWAY),
                                "management.server.port",
                                settings.port(ListenPort.GATEWAY_MANAGEMENT),
                                "freshet.gateway.aliyun.port",
                                settings.port(ListenPort.ALIYUN),
                                "management.server.address",
                                LOOPBACK,
                                // The first request is slow because classes are loaded, and a push without admission
                                // is refused.
                                "freshet.gateway.task-service.admission-timeout",
                                "3s",
                                "freshet.gateway.task-service.url",
                                "http://localhost:" + settings.port(ListenPort.TASK_SERVICE))));
    }

    /** Returns the properties that all services share. */
    static Map<String, Object> shared(Path fleet, Broker broker, Database database) {
        return Map.ofEntries(
                entry("FRESHET_CONFIG", fleet),
                entry("spring.kafka.bootstrap-servers", broker.bootstrapServers()),
                entry("spring.datasource.url", database.url()),
                entry("spring.datasource.username", database.user()),
                entry("spring.datasource.password", ""),
                entry("freshet.topics.partitions", 4),
                entry("server.address", LOOPBACK),
                // Only the gateway has a public API.
                entry("springdoc.api-docs.enabled", false),
                entry("springdoc.swagger-ui.enabled", false),
                entry("logging.config", "classpath:quickstart-logback.xml"),
                entry("logging.include-application-name", false),
                entry("spring.main.banner-mode", "off"));
    }
}

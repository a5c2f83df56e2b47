package io.freshet.gateway.client;

import io.freshet.gateway.GatewayProperties;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The HTTP client towards task-service. */
@Configuration(proxyBeanMethods = false)
class TaskServiceConnection {

    /** Below the 20 seconds after which Tomcat closes an idle connection, so that no request meets one being closed. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(10);

    /** A page of 1,000 objects, each with its URL, its late nodes and the reason. */
    private static final int MAX_PAGE_BYTES = 8_000_000;

    @Bean(destroyMethod = "dispose")
    ConnectionProvider taskServiceConnections() {
        return ConnectionProvider.builder("task-service")
                .maxConnections(200)
                .pendingAcquireMaxCount(2_000)
                .maxIdleTime(MAX_IDLE)
                .build();
    }

    @Bean
    TaskServiceClient taskServiceClient(
            WebClient.Builder builder, ConnectionProvider taskServiceConnections, GatewayProperties properties) {
        GatewayProperties.TaskService settings = properties.taskService();
        HttpClient http = HttpClient.create(taskServiceConnections).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                settings.admissionTimeout().toMillis());
        WebClient client = builder.baseUrl(settings.url())
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_PAGE_BYTES))
                .build();
        return new TaskServiceClient(client, settings);
    }
}

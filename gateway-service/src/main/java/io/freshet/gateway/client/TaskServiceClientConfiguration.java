package io.freshet.gateway.client;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Configuration of the HTTP client of task-service. */
@Configuration(proxyBeanMethods = false)
class TaskServiceClientConfiguration {

    /**
     * Less than Tomcat's idle timeout of 20 seconds, so that no request is sent on a connection that is being closed.
     */
    private static final Duration MAX_IDLE = Duration.ofSeconds(10);

    /** Enough for a page of 1,000 objects, each with its URL, its lagging nodes and a reason. */
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
            WebClient.Builder builder,
            ConnectionProvider taskServiceConnections,
            TaskServiceClientProperties settings) {
        HttpClient http = HttpClient.create(taskServiceConnections).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                settings.admissionTimeout().toMillis());
        WebClient client = builder.baseUrl(settings.url())
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_PAGE_BYTES))
                .build();
        return new TaskServiceClient(client, settings);
    }
}

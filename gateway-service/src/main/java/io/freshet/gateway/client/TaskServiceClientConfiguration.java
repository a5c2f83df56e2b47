package io.freshet.gateway.client;

import io.netty.channel.ChannelOption;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Configuration of the HTTP client of task-service. */
@Configuration(proxyBeanMethods = false)
class TaskServiceClientConfiguration {

    /** Enough for a page of 1,000 objects, each with its URL, its lagging nodes and a reason. */
    private static final int MAX_PAGE_BYTES = 8_000_000;

    /** Admission batches go one at a time; a second connection replaces one whose answer is late. */
    private static final int BATCH_CONNECTIONS = 2;

    private static final int NONCE_CONNECTIONS = 20;
    private static final int UPLOAD_CONNECTIONS = 20;
    private static final int QUERY_CONNECTIONS = 100;

    private final WebClient.Builder builder;
    private final TaskServiceClientProperties settings;

    TaskServiceClientConfiguration(WebClient.Builder builder, TaskServiceClientProperties settings) {
        this.builder = builder;
        this.settings = settings;
    }

    @Bean
    AdmissionClient admissionClient(TaskServiceConnections connections) {
        return new AdmissionClient(
                client(connections.pool("batches", BATCH_CONNECTIONS)),
                client(connections.pool("admissions", SingleAdmissions.MAX_IN_FLIGHT)),
                settings);
    }

    @Bean
    TaskServiceClient taskServiceClient(TaskServiceConnections connections) {
        return new TaskServiceClient(
                client(connections.pool("queries", QUERY_CONNECTIONS)),
                client(connections.pool("nonces", NONCE_CONNECTIONS)),
                settings);
    }

    @Bean
    BatchClient batchClient(TaskServiceConnections connections) {
        return new BatchClient(client(connections.pool("uploads", UPLOAD_CONNECTIONS)));
    }

    @Bean
    TaskServiceConnections taskServiceConnections() {
        return new TaskServiceConnections();
    }

    private WebClient client(ConnectionProvider connections) {
        HttpClient http = HttpClient.create(connections).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                settings.admissionTimeout().toMillis());
        return builder.clone()
                .baseUrl(settings.url())
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_PAGE_BYTES))
                .build();
    }
}

package io.freshet.gateway;

import io.freshet.gateway.aliyun.AliyunServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A running gateway on free ports. */
final class Gateway implements AutoCloseable {

    final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private Gateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static Gateway start(String brokers, String taskService, Map<String, String> settings) {
        SpringApplicationBuilder builder = GatewayService.builder();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--freshet.gateway.aliyun.port=0",
                // Tests share accounts, so a refusal of one must not answer another.
                "--freshet.gateway.task-service.refusal-ttl=0s",
                "--spring.kafka.bootstrap-servers=" + brokers,
                "--freshet.gateway.task-service.url=" + taskService));
        if (!settings.containsKey("FRESHET_CONFIG")) {
            arguments.add("--FRESHET_CONFIG=src/test/resources/gateway-test.yml");
        }
        settings.forEach((name, value) -> arguments.add("--" + name + '=' + value));
        return new Gateway(builder.run(arguments.toArray(String[]::new)));
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    int aliyunPort() {
        return context.getBean(AliyunServer.class).port();
    }

    WebTestClient as(String account) {
        return client(port())
                .mutate()
                .defaultHeader("Authorization", "Bearer " + account + "-token")
                .build();
    }

    WebTestClient withoutToken() {
        return client(port());
    }

    WebTestClient management() {
        return client(managementPort());
    }

    private static WebTestClient client(int port) {
        return WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(Duration.ofSeconds(60))
                .build();
    }

    /** Returns the lines of a stream as they arrive. */
    java.util.stream.Stream<String> lines(String account, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .header("Authorization", "Bearer " + account + "-token")
                .header("Accept", "text/event-stream")
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofLines()).body();
    }

    @Override
    public void close() {
        context.close();
        http.shutdownNow();
    }
}

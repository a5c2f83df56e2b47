package io.freshet.gateway.client;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the HTTP client of task-service.
 *
 * @param url Base URL of task-service.
 * @param admissionTimeout Time to wait for an admission. After it a URL refresh is accepted without admission and any
 *     other request gets 503. A positive duration.
 * @param queryTimeout Time after which a query is answered with 503. A positive duration.
 */
@ConfigurationProperties("freshet.gateway.task-service")
record TaskServiceClientProperties(
        @DefaultValue("http://localhost:8082") String url,
        @DefaultValue("500ms") Duration admissionTimeout,
        @DefaultValue("3s") Duration queryTimeout) {}

package io.freshet.purge.node;

import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the start marker of one node from a page of its own. For one thread. */
final class RestartTokenReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RestartTokenReader.class);
    private static final int MAX_PAGE = 1_048_576;

    private final Node node;
    private final Driver.RestartToken settings;
    private final NodeProperties limits;
    private final HttpClient http;

    RestartTokenReader(Node node, Driver.RestartToken settings, NodeProperties limits) {
        this.node = node;
        this.settings = settings;
        this.limits = limits;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.probeTimeout())
                .build();
    }

    /** The marker now, or null if the page cannot be had or does not show it. */
    @Nullable
    String read() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.address().resolve(settings.path()))
                .timeout(limits.probeTimeout())
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                String page = new String(body.readNBytes(MAX_PAGE), StandardCharsets.UTF_8);
                Matcher matcher = settings.pattern().matcher(page);
                if (answer.statusCode() == 200 && matcher.find()) {
                    return matcher.group(matcher.groupCount() > 0 ? 1 : 0);
                }
                log.debug(
                        "{}: {} answers {} without the start marker", node.id(), settings.path(), answer.statusCode());
            }
        } catch (IOException e) {
            log.debug("{}: no start marker: {}", node.id(), e.toString());
        }
        return null;
    }

    @Override
    public void close() {
        http.close();
    }
}

package io.freshet.purge.node;

import io.freshet.contracts.Sha256;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reader of one node's restart token, which a page of the node shows. For one thread. */
final class RestartTokenReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RestartTokenReader.class);
    private static final int MAX_PAGE = 1_048_576;
    /** The token becomes part of a cursor's metadata, of which Kafka accepts 4 KB, encoded in up to 9 bytes a char. */
    private static final int MAX_TOKEN = 128;

    private final Node node;
    private final Driver.RestartToken settings;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param timeout limit for connecting and for the response
     */
    RestartTokenReader(Node node, Driver.RestartToken settings, Duration timeout) {
        this.node = node;
        this.settings = settings;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Returns the token now, or its SHA-256 hash if it has more than {@value #MAX_TOKEN} characters; null if the page
     * cannot be read or does not show it.
     */
    @Nullable
    String read() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.address().resolve(settings.path()))
                .timeout(timeout)
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String page = new String(body.readNBytes(MAX_PAGE), StandardCharsets.UTF_8);
                Matcher matcher = settings.pattern().matcher(page);
                if (response.statusCode() == 200 && matcher.find()) {
                    return shortened(matcher.group(matcher.groupCount() > 0 ? 1 : 0));
                }
                log.debug("{}: no restart token in {}, status {}", node.id(), settings.path(), response.statusCode());
            }
        } catch (IOException e) {
            log.debug("{}: cannot read the restart token: {}", node.id(), e.toString());
        }
        return null;
    }

    private static @Nullable String shortened(@Nullable String token) {
        return token == null || token.length() <= MAX_TOKEN
                ? token
                : "sha256:" + Sha256.hex(token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        http.close();
    }
}

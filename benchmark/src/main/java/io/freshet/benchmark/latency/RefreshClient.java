package io.freshet.benchmark.latency;

import io.freshet.benchmark.latency.KeepAliveConnection.ConnectionResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the gateway for refreshes of one URL, on as many kept connections as there are threads that ask at once. A
 * request that is not admitted in time, as happens while the services' JVMs are cold, is repeated as its answer asks.
 */
final class RefreshClient implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As the answer's Retry-After says. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final int MAX_REPETITIONS = 5;

    private final URI gateway;
    private final String token;
    private final Queue<KeepAliveConnection> free = new ConcurrentLinkedQueue<>();

    /** @param token of the account that asks */
    RefreshClient(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /** Returns the id of the task when it is accepted. */
    String refresh(String url) throws IOException {
        String request = request(url);
        ConnectionResponse answer = ask(request);
        for (int repeated = 0; answer.status() == 503 && repeated < MAX_REPETITIONS; repeated++) {
            LockSupport.parkNanos(RETRY_AFTER.toNanos());
            answer = ask(request);
        }
        if (answer.status() != 202) {
            throw new IOException("expected 202 but was " + answer);
        }
        return JSON.readTree(answer.body()).at("/tasks/0/taskId").asString();
    }

    private ConnectionResponse ask(String request) throws IOException {
        KeepAliveConnection kept = free.poll();
        if (kept != null) {
            try {
                return ask(request, kept);
            } catch (IOException _) {
                kept.close(); // the gateway closes connections that nobody uses for a while
            }
        }
        return ask(request, new KeepAliveConnection(gateway));
    }

    private ConnectionResponse ask(String request, KeepAliveConnection connection) throws IOException {
        ConnectionResponse answer = connection.ask(request);
        free.add(connection);
        return answer;
    }

    private String request(String url) {
        String body = "{\"type\":\"url\",\"objects\":[\"" + url + "\"]}";
        return "POST /v1/refreshes HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\nAuthorization: Bearer "
                + token + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    @Override
    public void close() throws IOException {
        for (KeepAliveConnection each = free.poll(); each != null; each = free.poll()) {
            each.close();
        }
    }
}

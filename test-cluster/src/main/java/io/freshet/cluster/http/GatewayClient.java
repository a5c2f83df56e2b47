package io.freshet.cluster.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The HTTP interface of Freshet as one account uses it. */
public final class GatewayClient {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI address;
    private final @Nullable String token;

    /** @param token null to send none */
    public GatewayClient(URI address, @Nullable String token) {
        this.address = address;
        this.token = token;
    }

    /** Asks for a refresh that must be accepted. */
    public Accepted refresh(String type, List<String> objects) {
        return post("/v1/refreshes", refreshOf(type, objects)).as(202, Accepted.class);
    }

    /** Asks for a soft refresh that must be accepted. */
    public Accepted refreshSoftly(String type, List<String> objects) {
        String body = Answer.write(Map.of("type", type, "objects", objects, "soft", true));
        return post("/v1/refreshes", body).as(202, Accepted.class);
    }

    /** Asks for a refresh of tags of one domain that must be accepted. */
    public Accepted refreshTags(String domain, List<String> tags, boolean soft) {
        String body = Answer.write(Map.of("type", "tag", "objects", tags, "domain", domain, "soft", soft));
        return post("/v1/refreshes", body).as(202, Accepted.class);
    }

    /** Asks for a refresh of everything of one domain that must be accepted. */
    public Accepted refreshEverything(String domain, boolean soft) {
        return post("/v1/refreshes", Answer.write(Map.of("type", "everything", "domain", domain, "soft", soft)))
                .as(202, Accepted.class);
    }

    /** Asks for a refresh of URLs that a push to L2 follows; it must be accepted. */
    public Accepted refreshThenPush(List<String> urls) {
        String body = Answer.write(Map.of("type", "url", "objects", urls, "thenPush", Map.of("tier", "l2")));
        return post("/v1/refreshes", body).as(202, Accepted.class);
    }

    /** Asks for a refresh of a directory that a push of these URLs to L2 follows; it must be accepted. */
    public Accepted refreshThenPush(String directory, List<String> urls) {
        String body = Answer.write(Map.of(
                "type", "directory",
                "objects", List.of(directory),
                "thenPush", Map.of("tier", "l2", "objects", urls)));
        return post("/v1/refreshes", body).as(202, Accepted.class);
    }

    /** Asks for a push to L2 that must be accepted. */
    public Accepted push(List<String> objects) {
        return post("/v1/pushes", pushOf(objects)).as(202, Accepted.class);
    }

    /** Asks for a push to L2 of these manifests with what they name; it must be accepted. */
    public Accepted pushWithChildren(List<String> manifests) {
        String body = Answer.write(Map.of("tier", "l2", "objects", manifests, "children", true));
        return post("/v1/pushes", body).as(202, Accepted.class);
    }

    /** Asks for a push to L2 with more options that must be accepted. */
    public Accepted push(List<String> objects, Map<String, ?> options) {
        Map<String, Object> body = new HashMap<>(options);
        body.put("objects", objects);
        return post("/v1/pushes", Answer.write(body)).as(202, Accepted.class);
    }

    public static String refreshOf(String type, List<String> objects) {
        return Answer.write(Map.of("type", type, "objects", objects));
    }

    public static String pushOf(List<String> objects) {
        return Answer.write(Map.of("tier", "l2", "objects", objects));
    }

    public Answer post(String path, String body) {
        return send(posting(path, body, null));
    }

    public Answer post(String path, String body, String idempotencyKey) {
        return send(posting(path, body, idempotencyKey));
    }

    /** The same without waiting for the answer, which may never come. */
    public CompletableFuture<Answer> postAsync(String path, String body, String idempotencyKey) {
        return HTTP.sendAsync(posting(path, body, idempotencyKey), BodyHandlers.ofString())
                .thenApply(GatewayClient::answer);
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    public Answer put(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    /** A node as an operator sees it. */
    public NodeState node(String id) {
        return get("/v1/nodes").as(200, NodeState.Page.class).nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + id));
    }

    /** Returns the in-sync answer for load balancers, from the management port. */
    public boolean isInSync(CacheNode node) {
        Answer answer = get("/nodes/" + node.id() + "/in-sync");
        return switch (answer.status()) {
            case 200 -> true;
            case 503 -> false;
            default -> throw new AssertionError(answer.toString());
        };
    }

    /**
     * The sum of a metric over all its label values that have these labels, such as {@code topic="node-events"}; on the
     * management port only.
     */
    public double metric(String name, String... labels) {
        Answer answer = get("/actuator/prometheus");
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public Task task(String taskId) {
        return get("/v1/tasks/" + taskId).as(200, Task.class);
    }

    /** Uploads a batch of lines, which are read while they are sent. */
    public CompletableFuture<Answer> uploadAsync(String query, InputStream lines) {
        HttpRequest upload = request("/v1/batches?" + query)
                .timeout(Duration.ofMinutes(10))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofInputStream(() -> lines))
                .build();
        return HTTP.sendAsync(upload, BodyHandlers.ofString()).thenApply(GatewayClient::answer);
    }

    public Batch batch(String batchId) {
        return get("/v1/batches/" + batchId).as(200, Batch.class);
    }

    /** Returns the newest batches. */
    public List<Batch> batches() {
        return get("/v1/batches").as(200, Batch.Page.class).batches();
    }

    /** All objects of a task, or all with a status, page by page of this size. */
    public List<TaskObject> objects(String taskId, @Nullable String status, int limit) {
        String query = "?limit=" + limit + (status == null ? "" : "&status=" + status);
        List<TaskObject> all = new ArrayList<>();
        String pageToken = "";
        while (true) {
            TaskObject.Page page =
                    get("/v1/tasks/" + taskId + "/objects" + query + pageToken).as(200, TaskObject.Page.class);
            all.addAll(page.objects());
            String next = page.nextPageToken();
            if (next == null) {
                return all;
            }
            pageToken = "&pageToken=" + encode(next);
        }
    }

    /** The newest tasks that hold this object. */
    public List<Task> tasksOf(String object) {
        return get("/v1/tasks?object=" + encode(object))
                .as(200, Task.Page.class)
                .tasks();
    }

    /** The cancelled tasks of a batch of at most 100 tasks. */
    public List<Task> cancelledTasks(String batchId) {
        return get("/v1/tasks?limit=100&status=cancelled&batchId=" + batchId)
                .as(200, Task.Page.class)
                .tasks();
    }

    /** All tasks of a kind that were created since. */
    public List<Task> tasksSince(String kind, Instant since) {
        List<Task> all = new ArrayList<>();
        String pageToken = "";
        while (true) {
            Task.Page page = get("/v1/tasks?limit=100&kind=" + kind + "&from=" + since + pageToken)
                    .as(200, Task.Page.class);
            all.addAll(page.tasks());
            String next = page.nextPageToken();
            if (next == null) {
                return all;
            }
            pageToken = "&pageToken=" + encode(next);
        }
    }

    /** The newest tasks of which nothing but their admission is known. */
    public List<Task> pendingTasks() {
        return get("/v1/tasks?status=pending").as(200, Task.Page.class).tasks();
    }

    /** Returns the account's use of a quota today. */
    public long used(String quota) {
        for (JsonNode row : quotas()) {
            if (row.path("quota").asString("").equals(quota)) {
                return row.path("used").asLong();
            }
        }
        throw new AssertionError("no quota " + quota);
    }

    private JsonNode quotas() {
        JsonNode answer = get("/v1/quotas").as(200, JsonNode.class);
        return answer.isArray() ? answer : answer.path("quotas");
    }

    /** Reads the server-sent events of a task until they end or the reader is interrupted. */
    public void events(String taskId, Consumer<Task> each) {
        HttpRequest request = request("/v1/tasks/" + taskId + "/events")
                .header("Accept", "text/event-stream")
                .timeout(Duration.ofMinutes(1))
                .build();
        try {
            HttpResponse<Stream<String>> answer = HTTP.send(request, BodyHandlers.ofLines());
            if (answer.statusCode() != 200) {
                throw new AssertionError("expected events but was " + answer.statusCode());
            }
            try (Stream<String> lines = answer.body()) {
                lines.filter(line -> line.startsWith("data:"))
                        .map(line -> Answer.read(line.substring("data:".length()), Task.class))
                        .forEach(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest posting(String path, String body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return request.build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(15));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Answer send(HttpRequest request) {
        try {
            return answer(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

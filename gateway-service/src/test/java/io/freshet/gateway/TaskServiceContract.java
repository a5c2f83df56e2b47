package io.freshet.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.GatewayNumber;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.nonce.NonceUse;
import io.freshet.contracts.task.ObjectOutcomes;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stub of task-service by the HTTP contract. It keeps the requests; tests set the responses. */
final class TaskServiceContract implements AutoCloseable {

    /** Number that each gateway gets. */
    static final int GATEWAY_NUMBER = 300;

    /** A status and a record of the contracts. */
    record Answer(int status, Object body) {}

    final List<AdmissionRequest> admissions = new CopyOnWriteArrayList<>();
    final List<String> queries = new CopyOnWriteArrayList<>();
    /** By account. */
    final Map<String, List<TaskView>> tasks = new ConcurrentHashMap<>();

    static final ObjectOutcomes OUTCOMES =
            new ObjectOutcomes(List.of("l2-a"), List.of("l1-a", "l1-b"), List.of(), List.of(), List.of());

    /** Objects of every task. */
    volatile List<String> objects = List.of();

    /** Those of them that have failed. */
    volatile List<String> failedObjects = List.of();

    /** Nonces that any gateway has used. */
    final Set<UUID> nonces = ConcurrentHashMap.newKeySet();

    volatile Function<String, Answer> allObjects = _ -> new Answer(200, new TaskObjectPage(0, List.of()));
    volatile Function<AdmissionRequest, Answer> admission = TaskServiceContract::admit;
    volatile Function<String, Answer> quotas = TaskServiceContract::quotas;

    /** Uploads of batches. */
    final BatchContract batches = new BatchContract();

    private final Map<UUID, Answer> leftOut = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TaskServiceContract() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/admissions", exchange -> answer(exchange, this::admitted));
        server.createContext("/admissions/batches", exchange -> answer(exchange, this::admittedTogether));
        server.createContext("/quotas", exchange -> answer(exchange, this::quotas));
        server.createContext("/tasks", exchange -> answer(exchange, this::tasks));
        server.createContext("/batches", exchange -> answer(exchange, batches::answer));
        server.createContext("/objects", exchange -> answer(exchange, this::allObjects));
        server.createContext("/nonces", exchange -> answer(exchange, this::nonce));
        server.createContext(
                "/gateway-numbers",
                exchange -> answer(exchange, _ -> new Answer(200, new GatewayNumber(GATEWAY_NUMBER))));
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void reset() {
        admissions.clear();
        queries.clear();
        tasks.clear();
        objects = List.of();
        failedObjects = List.of();
        batches.reset();
        admission = TaskServiceContract::admit;
        quotas = TaskServiceContract::quotas;
        allObjects = _ -> new Answer(200, new TaskObjectPage(0, List.of()));
    }

    static Answer admit(AdmissionRequest request) {
        return new Answer(
                200,
                new Admission(
                        request.requestId(),
                        request.acceptedAt(),
                        request.tasks().stream()
                                .map(task -> new AdmittedTask(
                                        task.taskId(),
                                        task.domain(),
                                        task.objectCount(),
                                        false,
                                        task.thenPush(),
                                        task.pushCount()))
                                .toList()));
    }

    /** Returns a response that waits for the latch. */
    static Function<AdmissionRequest, Answer> hangUntil(CountDownLatch latch, Function<AdmissionRequest, Answer> then) {
        return request -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return then.apply(request);
        };
    }

    private Answer admitted(HttpExchange exchange) throws IOException {
        AdmissionRequest request =
                JsonMapping.mapper().readValue(exchange.getRequestBody().readAllBytes(), AdmissionRequest.class);
        Answer known = leftOut.remove(request.requestId());
        return known == null ? decide(request) : known;
    }

    /** Leaves out requests that are not admitted; the gateway asks for them alone. */
    private Answer admittedTogether(HttpExchange exchange) throws IOException {
        AdmissionBatch group =
                JsonMapping.mapper().readValue(exchange.getRequestBody().readAllBytes(), AdmissionBatch.class);
        List<Admission> admitted = new ArrayList<>();
        for (AdmissionRequest request : group.requests()) {
            Answer answer = decide(request);
            if (answer.status() >= 500) {
                return answer;
            }
            if (answer.body() instanceof Admission admission) {
                admitted.add(admission);
            } else {
                leftOut.put(request.requestId(), answer);
            }
        }
        return new Answer(200, new AdmittedBatch(admitted));
    }

    private Answer decide(AdmissionRequest request) {
        admissions.add(request);
        return admission.apply(request);
    }

    private static Answer quotas(String query) {
        return new Answer(
                200,
                List.of(
                        new QuotaUse(QuotaKind.URL, 2_010, Instant.EPOCH),
                        new QuotaUse(QuotaKind.PUSH, 1, Instant.EPOCH)));
    }

    private Answer quotas(HttpExchange exchange) {
        return quotas.apply(exchange.getRequestURI().getQuery());
    }

    private Answer allObjects(HttpExchange exchange) {
        queries.add(exchange.getRequestURI().toString());
        return allObjects.apply(exchange.getRequestURI().getQuery());
    }

    private Answer nonce(HttpExchange exchange) throws IOException {
        NonceUse use = JsonMapping.mapper().readValue(exchange.getRequestBody().readAllBytes(), NonceUse.class);
        return new Answer(nonces.add(use.nonce()) ? 204 : 409, "");
    }

    private Answer tasks(HttpExchange exchange) {
        queries.add(exchange.getRequestURI().toString());
        String[] path = exchange.getRequestURI().getPath().split("/");
        List<TaskView> known =
                tasks.getOrDefault(accountOf(exchange.getRequestURI().getQuery()), List.of());
        if (path.length == 2) {
            Part<TaskView> part = Part.of(known, exchange.getRequestURI().getQuery());
            return new Answer(200, new TaskPage(part.entries(), part.nextPageToken()));
        }
        return known.stream()
                .filter(task -> task.taskId().equals(TaskId.parse(path[2])))
                .findFirst()
                .map(task -> new Answer(
                        200,
                        path.length == 3
                                ? task
                                : objects(exchange.getRequestURI().getQuery())))
                .orElse(new Answer(404, Map.of("detail", "no such task")));
    }

    private ObjectPage objects(String query) {
        boolean failed = parameter(query, "status").filter("failed"::equals).isPresent();
        Part<String> part = Part.of(failed ? failedObjects : objects, query);
        return new ObjectPage(
                part.entries().stream()
                        .map(object -> new ObjectView(
                                objects.indexOf(object),
                                object,
                                failed ? TaskStatus.FAILED : TaskStatus.COMPLETE,
                                100,
                                3,
                                3,
                                List.of(),
                                OUTCOMES.summary(3),
                                0,
                                OUTCOMES))
                        .toList(),
                part.nextPageToken());
    }

    /** A page, whose token is the index of the next one. */
    private record Part<T>(List<T> entries, @Nullable String nextPageToken) {

        static <T> Part<T> of(List<T> all, String query) {
            int from = Integer.parseInt(parameter(query, "pageToken").orElse("0"));
            int to = Math.min(
                    all.size(),
                    from + Integer.parseInt(parameter(query, "limit").orElse("20")));
            return new Part<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
        }
    }

    private static String accountOf(String query) {
        return parameter(query, "account").orElseThrow();
    }

    private static Optional<String> parameter(String query, String name) {
        return List.of(query.split("&")).stream()
                .filter(parameter -> parameter.startsWith(name + '='))
                .map(parameter -> parameter.substring(name.length() + 1))
                .findFirst();
    }

    interface Handler {
        Answer answer(HttpExchange exchange) throws IOException;
    }

    private static void answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            Answer answer = Objects.requireNonNull(handler.answer(exchange));
            byte[] json = JsonMapping.mapper().writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (answer.status() == 204) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            exchange.sendResponseHeaders(answer.status(), json.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(json);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

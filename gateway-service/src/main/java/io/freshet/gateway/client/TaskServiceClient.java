package io.freshet.gateway.client;

import static java.util.Objects.requireNonNullElse;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.GatewayNumber;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.batch.BadLinePage;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchPage;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.nonce.NonceUse;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.memory.RequestMemory;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriBuilder;
import reactor.core.publisher.Mono;

/** HTTP client of task-service: nonces, the gateway's number, and queries of the task store. */
public class TaskServiceClient {

    private static final Logger log = LoggerFactory.getLogger(TaskServiceClient.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final WebClient queries;
    private final WebClient nonces;
    private final TaskServiceClientProperties settings;
    private final QueryLimiter limiter;

    TaskServiceClient(WebClient queries, WebClient nonces, TaskServiceClientProperties settings) {
        this.queries = queries;
        this.nonces = nonces;
        this.settings = settings;
        this.limiter = new QueryLimiter(settings.queriesPerAccount());
    }

    /** Returns the use of each of the account's quotas today. */
    public Mono<List<QuotaUse>> quotas(String account) {
        return query("/quotas", account, Map.of(), new ParameterizedTypeReference<List<QuotaUse>>() {});
    }

    /**
     * Returns a page of the account's tasks, newest first.
     *
     * @param parameters query parameters as in the API
     */
    public Mono<TaskPage> tasks(String account, Map<String, String> parameters) {
        return query("/tasks", account, parameters, ParameterizedTypeReference.forType(TaskPage.class));
    }

    /** Returns a task; a 404 problem if the account has none with this id. */
    public Mono<TaskView> task(String account, TaskId id) {
        return query("/tasks/" + id, account, Map.of(), ParameterizedTypeReference.forType(TaskView.class));
    }

    /** Returns a page of a task's objects by index; a 404 problem if the account has no task with this id. */
    public Mono<ObjectPage> objects(String account, TaskId id, Map<String, String> parameters) {
        return query(
                "/tasks/" + id + "/objects", account, parameters, ParameterizedTypeReference.forType(ObjectPage.class));
    }

    /**
     * Returns a page of the objects of all of the account's tasks, newest first.
     *
     * @param parameters query parameters of task-service
     */
    public Mono<TaskObjectPage> objects(String account, Map<String, String> parameters) {
        return query("/objects", account, parameters, ParameterizedTypeReference.forType(TaskObjectPage.class));
    }

    /**
     * Returns a page of the account's batches, newest first.
     *
     * @param parameters query parameters as in the API
     */
    public Mono<BatchPage> batches(String account, Map<String, String> parameters) {
        return query("/batches", account, parameters, ParameterizedTypeReference.forType(BatchPage.class));
    }

    /** Returns a batch; a 404 problem if the account has none with this id. */
    public Mono<BatchView> batch(String account, BatchId id) {
        return query("/batches/" + id, account, Map.of(), ParameterizedTypeReference.forType(BatchView.class));
    }

    /** Returns a page of a batch's bad lines by number; a 404 problem if the account has no batch with this id. */
    public Mono<BadLinePage> badLines(String account, BatchId id, Map<String, String> parameters) {
        return query(
                "/batches/" + id + "/errors",
                account,
                parameters,
                ParameterizedTypeReference.forType(BadLinePage.class));
    }

    /**
     * Returns whether this is the nonce's first use with any gateway. Fails if task-service does not answer in time.
     */
    public Mono<Boolean> useNonce(NonceUse use) {
        return nonces.post()
                .uri("/nonces")
                .bodyValue(use)
                .exchangeToMono(response -> switch (response.statusCode()) {
                    case HttpStatus.NO_CONTENT -> response.releaseBody().thenReturn(true);
                    case HttpStatus.CONFLICT -> response.releaseBody().thenReturn(false);
                    default -> response.createError();
                })
                .timeout(settings.admissionTimeout());
    }

    /**
     * Returns the number that no other gateway has, and renews its lease. Fails if task-service gives none in time.
     *
     * @param gateway id of this process
     */
    public Mono<Integer> gatewayNumber(UUID gateway) {
        return nonces.put()
                .uri("/gateway-numbers/{gateway}", gateway)
                .retrieve()
                .bodyToMono(GatewayNumber.class)
                .map(GatewayNumber::number)
                .timeout(settings.admissionTimeout());
    }

    private <T> Mono<T> query(
            String path, String account, Map<String, String> parameters, ParameterizedTypeReference<T> type) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put("account", account);
        Mono<T> answer = Mono.deferContextual(context -> queries.get()
                        .uri(builder -> {
                            UriBuilder uri = builder.path(path);
                            // Template variables, so that every reserved character is encoded, plus signs too.
                            all.keySet().forEach(name -> uri.queryParam(name, '{' + name + '}'));
                            return uri.build(all);
                        })
                        .exchangeToMono(response -> answer(path, counted(response, RequestMemory.of(context)), type)))
                .timeout(settings.queryTimeout());
        return limiter.limit(account, answer)
                .onErrorMap(error -> !(error instanceof ProblemException), TaskServiceClient::unavailable);
    }

    /** Counts the body as memory of the request that the query is for. */
    private static ClientResponse counted(ClientResponse response, RequestMemory memory) {
        return response.mutate().body(memory::counted).build();
    }

    private static <T> Mono<T> answer(String path, ClientResponse response, ParameterizedTypeReference<T> type) {
        return switch (response.statusCode()) {
            case HttpStatus.OK -> response.bodyToMono(type);
            case HttpStatus.NOT_FOUND ->
                response.releaseBody()
                        .then(Mono.error(() -> ProblemException.of(
                                ProblemType.NOT_FOUND,
                                "The account has no " + (path.startsWith("/batches") ? "batch" : "task")
                                        + " with this id.")));
            case HttpStatus.BAD_REQUEST ->
                response.bodyToMono(TaskServiceProblem.class)
                        .defaultIfEmpty(new TaskServiceProblem(null))
                        .flatMap(problem -> Mono.error(ProblemException.of(
                                ProblemType.INVALID_REQUEST,
                                requireNonNullElse(problem.detail(), "The query is not valid."))));
            default -> response.createException().flatMap(Mono::error);
        };
    }

    /** The member of task-service's problem details that clients get. */
    private record TaskServiceProblem(@Nullable String detail) {}

    private static ProblemException unavailable(Throwable error) {
        log.warn("task-service did not answer a query: {}", error.toString());
        return ProblemException.unavailable("The task store cannot be read at the moment. Retry later.", RETRY_AFTER);
    }
}

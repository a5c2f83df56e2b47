package io.freshet.gateway.client;

import static java.util.Objects.requireNonNullElse;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionGroup;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedGroup;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriBuilder;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** Asks task-service for admission and for what it has recorded. */
public class TaskServiceClient {

    private static final Logger log = LoggerFactory.getLogger(TaskServiceClient.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final WebClient http;
    private final GatewayProperties.TaskService settings;
    private final AdmissionGroups groups = new AdmissionGroups(this::admit);

    TaskServiceClient(WebClient http, GatewayProperties.TaskService settings) {
        this.http = http;
        this.settings = settings;
    }

    /** Asks for admission. Never fails: that task-service cannot be asked is an outcome like the others. */
    public Mono<AdmissionOutcome> admit(AdmissionRequest request) {
        return groups.admit(request)
                .flatMap(admission -> admission
                        .map(admitted -> Mono.just(admitted(request, admitted)))
                        .orElseGet(() -> admitAlone(request)))
                .timeout(settings.admissionTimeout())
                .onErrorResume(error -> Mono.just(new AdmissionOutcome.Unavailable(error.toString())));
    }

    private Mono<AdmittedGroup> admit(AdmissionGroup group) {
        return http.post()
                .uri("/admissions/groups")
                .bodyValue(group)
                .retrieve()
                .bodyToMono(AdmittedGroup.class)
                .timeout(settings.admissionTimeout());
    }

    private Mono<AdmissionOutcome> admitAlone(AdmissionRequest request) {
        return http.post().uri("/admissions").bodyValue(request).exchangeToMono(response -> outcome(request, response));
    }

    private static Mono<AdmissionOutcome> outcome(AdmissionRequest request, ClientResponse response) {
        return switch (response.statusCode().value()) {
            case 200 -> response.bodyToMono(Admission.class).map(admission -> admitted(request, admission));
            case 429 -> response.bodyToMono(QuotaExceeded.class).map(AdmissionOutcome.OverQuota::new);
            case 409 ->
                response.bodyToMono(byte[].class).defaultIfEmpty(new byte[0]).map(TaskServiceClient::conflict);
            default ->
                response.releaseBody()
                        .thenReturn(new AdmissionOutcome.Unavailable("it answered " + response.statusCode()));
        };
    }

    /** A task-service that is older than this gateway admits a refresh without the push that is to follow it. */
    private static AdmissionOutcome admitted(AdmissionRequest request, Admission admission) {
        boolean withPush = request.tasks().stream().anyMatch(task -> task.thenPush() != null);
        return withPush && admission.tasks().stream().anyMatch(task -> task.thenPush() == null)
                ? new AdmissionOutcome.Unavailable("it has not admitted the push that follows")
                : new AdmissionOutcome.Admitted(admission);
    }

    /** Of the two conflicts that there are, only the key's names the request that has it. */
    @SuppressWarnings("NullAway") // the request id is null where the answer is not of this shape
    private static AdmissionOutcome conflict(byte[] body) {
        try {
            IdempotencyConflict conflict = JsonMapping.mapper().readValue(body, IdempotencyConflict.class);
            return conflict.requestId() == null
                    ? new AdmissionOutcome.IdsTaken()
                    : new AdmissionOutcome.KeyReused(conflict);
        } catch (JacksonException e) {
            return new AdmissionOutcome.IdsTaken();
        }
    }

    /** What the account has used today, by kind. */
    public Mono<List<QuotaUse>> quotas(String account) {
        return query("/quotas", account, Map.of(), new ParameterizedTypeReference<List<QuotaUse>>() {});
    }

    /**
     * Tasks of the account, newest first.
     *
     * @param parameters as in the API
     */
    public Mono<TaskPage> tasks(String account, Map<String, String> parameters) {
        return query("/tasks", account, parameters, ParameterizedTypeReference.forType(TaskPage.class));
    }

    /** One task; a 404 problem if the account has none with this id. */
    public Mono<TaskView> task(String account, TaskId id) {
        return query("/tasks/" + id, account, Map.of(), ParameterizedTypeReference.forType(TaskView.class));
    }

    /** Objects of a task by index; a 404 problem if the account has no task with this id. */
    public Mono<ObjectPage> objects(String account, TaskId id, Map<String, String> parameters) {
        return query(
                "/tasks/" + id + "/objects", account, parameters, ParameterizedTypeReference.forType(ObjectPage.class));
    }

    private <T> Mono<T> query(
            String path, String account, Map<String, String> parameters, ParameterizedTypeReference<T> type) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put("account", account);
        return http.get()
                .uri(builder -> {
                    UriBuilder uri = builder.path(path);
                    // As templates, so that values are encoded whatever they hold.
                    all.keySet().forEach(name -> uri.queryParam(name, '{' + name + '}'));
                    return uri.build(all);
                })
                .exchangeToMono(response -> answer(response, type))
                .timeout(settings.queryTimeout())
                .onErrorMap(error -> !(error instanceof ProblemException), TaskServiceClient::unavailable);
    }

    private static <T> Mono<T> answer(ClientResponse response, ParameterizedTypeReference<T> type) {
        return switch (response.statusCode()) {
            case HttpStatus.OK -> response.bodyToMono(type);
            case HttpStatus.NOT_FOUND ->
                response.releaseBody()
                        .then(Mono.error(() ->
                                ProblemException.of(ProblemType.NOT_FOUND, "the account has no task with this id")));
            case HttpStatus.BAD_REQUEST ->
                response.bodyToMono(Refusal.class)
                        .defaultIfEmpty(new Refusal(null))
                        .flatMap(refusal -> Mono.error(ProblemException.of(
                                ProblemType.INVALID_REQUEST,
                                requireNonNullElse(refusal.detail(), "the query is not valid"))));
            default -> response.createException().flatMap(Mono::error);
        };
    }

    /** What matters of a problem that task-service answers. */
    private record Refusal(@Nullable String detail) {}

    private static ProblemException unavailable(Throwable error) {
        log.warn("task-service cannot be asked: {}", error.toString());
        return ProblemException.unavailable("the record of tasks cannot be read at the moment", RETRY_AFTER);
    }
}

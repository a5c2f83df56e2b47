package io.freshet.task;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The service as the gateway sees it. */
@Component
public final class Service {

    private final Environment environment;
    private final HttpClient http = HttpClient.newHttpClient();

    Service(Environment environment) {
        this.environment = environment;
    }

    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public <T> T as(Class<T> type) {
            if (status() != 200) {
                throw new AssertionError(status() + " " + response.body());
            }
            return JsonMapping.mapper().readValue(response.body(), type);
        }

        public <T> T error(Class<T> type) {
            return JsonMapping.mapper().readValue(response.body(), type);
        }

        public JsonNode json() {
            return JsonMapping.mapper().readTree(response.body());
        }
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    public Answer post(String path, String json) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    public Answer put(String path) {
        return send(
                HttpRequest.newBuilder(uri(path)).PUT(BodyPublishers.noBody()).build());
    }

    public Answer management(String path) {
        return send(HttpRequest.newBuilder(
                        URI.create("http://localhost:" + environment.getProperty("local.management.port") + path))
                .build());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + environment.getProperty("local.server.port") + path);
    }

    private Answer send(HttpRequest request) {
        try {
            return new Answer(http.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A request for URL refreshes of one domain. */
    public static AdmissionRequest request(String account, @Nullable String key, int limit, TaskId task, int objects) {
        return new AdmissionRequest(
                account,
                key,
                "hash-of-the-body",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                Selector.URL,
                limit,
                Instant.now(),
                List.of(new TaskToAdmit(task, "www.example.com", objects)));
    }

    /** The same request with a limit of requests per minute. */
    public static AdmissionRequest within(AdmissionRequest refresh, int requestsPerMinute) {
        return new AdmissionRequest(
                refresh.account(),
                refresh.idempotencyKey(),
                refresh.bodyHash(),
                refresh.requestId(),
                refresh.kind(),
                refresh.selector(),
                refresh.quotaLimit(),
                refresh.acceptedAt(),
                refresh.tasks(),
                null,
                requestsPerMinute);
    }

    /** The same request with a push that follows. */
    public static AdmissionRequest thenPush(AdmissionRequest refresh, int limit, TaskId push) {
        TaskToAdmit task = refresh.tasks().getFirst();
        return new AdmissionRequest(
                refresh.account(),
                refresh.idempotencyKey(),
                refresh.bodyHash(),
                refresh.requestId(),
                refresh.kind(),
                refresh.selector(),
                refresh.quotaLimit(),
                refresh.acceptedAt(),
                List.of(new TaskToAdmit(task.taskId(), task.domain(), task.objectCount(), push)),
                limit,
                null);
    }

    public Answer admit(AdmissionRequest request) {
        return post("/admissions", JsonMapping.mapper().writeValueAsString(request));
    }

    public AdmittedBatch admitBatch(List<AdmissionRequest> requests) {
        return post("/admissions/batches", JsonMapping.mapper().writeValueAsString(new AdmissionBatch(requests)))
                .as(AdmittedBatch.class);
    }

    public Admission admitted(AdmissionRequest request) {
        return admit(request).as(Admission.class);
    }

    public TaskView task(String account, TaskId id) {
        return get("/tasks/" + id + "?account=" + account).as(TaskView.class);
    }

    public ObjectPage objects(String account, TaskId id) {
        return get("/tasks/" + id + "/objects?limit=1000&account=" + account).as(ObjectPage.class);
    }

    public TaskPage tasks(String account, String filter) {
        return get("/tasks?account=" + account + filter).as(TaskPage.class);
    }

    public long used(String account, QuotaKind quota) {
        return Arrays.stream(get("/quotas?account=" + account).as(QuotaUse[].class))
                .filter(use -> use.quota() == quota)
                .findAny()
                .orElseThrow()
                .used();
    }
}

package io.freshet.gateway.aliyun;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Operations that list tasks, with a row for each object. */
@Component
@Blocking
class TaskOperations {

    private static final int MAX_ROWS = 1_000;

    private final TaskServiceClient taskService;
    private final TaskFilterMapping filterMapping;

    TaskOperations(TaskServiceClient taskService, TaskFilterMapping filterMapping) {
        this.taskService = taskService;
        this.filterMapping = filterMapping;
    }

    AliyunResponse describe(AliyunCall call) {
        TaskFilterMapping.PageRequest page = TaskFilterMapping.page(call.parameters());
        List<TaskId> ids = TaskFilterMapping.taskIds(call.parameters().get("TaskId"));
        Map<String, String> query = filterMapping.query(call);
        requireAll(call.account(), ids);
        TaskObjectPage found = query.containsKey(TaskFilterMapping.NO_MATCH)
                ? new TaskObjectPage(0, List.of())
                : objects(call.account(), ids, query, page.offset(), page.size());
        return new TaskListResponse(
                AliyunResponse.newRequestId(),
                page.number(),
                page.size(),
                found.total(),
                new CdnTaskRows(rows(found.objects())));
    }

    AliyunResponse describeById(AliyunCall call) {
        List<TaskId> ids = TaskFilterMapping.taskIds(call.parameters().required("TaskId"));
        requireAll(call.account(), ids);
        List<TaskObject> objects = all(call.account(), ids);
        return new TaskByIdResponse(AliyunResponse.newRequestId(), objects.size(), rows(objects));
    }

    AliyunResponse describePreload(AliyunCall call) {
        List<TaskId> ids = TaskFilterMapping.taskIds(call.parameters().required("TaskId"));
        List<PreloadDetail> details = requireAll(call.account(), ids).stream()
                .map(task -> detail(call.account(), task))
                .toList();
        return new PreloadResponse(AliyunResponse.newRequestId(), details.size(), details);
    }

    private PreloadDetail detail(Account account, TaskView push) {
        if (push.kind() != TaskKind.PUSH) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "The task " + push.taskId() + " is not a push");
        }
        List<PreloadUrl> urls = all(account, List.of(push.taskId())).stream()
                .map(object -> new PreloadUrl(name(object), process(object), object.description()))
                .toList();
        return new PreloadDetail(
                push.taskId().toString(),
                push.domain(),
                formatted(push.createdAt()),
                push.finishedAt() == null ? null : formatted(push.finishedAt()),
                push.progress() + "%",
                status(push.status()),
                status(push.status()).equals("Failed") ? "1" : "0",
                urls);
    }

    /** Returns the tasks; fails if one is missing, which a polling client would take for finished. */
    private List<TaskView> requireAll(Account account, List<TaskId> ids) {
        return ids.stream()
                .map(id -> requireNonNull(taskService.task(account.id(), id).block()))
                .toList();
    }

    private List<TaskObject> all(Account account, List<TaskId> ids) {
        List<TaskObject> all = new ArrayList<>();
        TaskObjectPage page;
        do {
            page = objects(account, ids, Map.of(), all.size(), MAX_ROWS);
            all.addAll(page.objects());
        } while (!page.objects().isEmpty() && all.size() < page.total());
        return all;
    }

    private TaskObjectPage objects(
            Account account, List<TaskId> ids, Map<String, String> query, long offset, int limit) {
        Map<String, String> parameters = new HashMap<>(query);
        parameters.put("offset", Long.toString(offset));
        parameters.put("limit", Integer.toString(limit));
        if (!ids.isEmpty()) {
            parameters.put("task", ids.stream().map(TaskId::toString).collect(Collectors.joining(",")));
        }
        return requireNonNull(taskService.objects(account.id(), parameters).block());
    }

    private static List<TaskRow> rows(List<TaskObject> objects) {
        return objects.stream().map(TaskOperations::row).toList();
    }

    private static TaskRow row(TaskObject object) {
        return new TaskRow(
                object.taskId().toString(),
                name(object),
                type(object),
                status(object.status()),
                process(object),
                formatted(object.taskId().madeAt()),
                object.description());
    }

    /** Returns the object; empty while the task store only has the number of objects. */
    private static String name(TaskObject object) {
        return object.object() == null ? "" : object.object();
    }

    private static String type(TaskObject object) {
        return object.kind() == TaskKind.PUSH
                ? "preload"
                : switch (object.type()) {
                    case URL, IGNORE_QUERY -> "file";
                    case DIRECTORY, PREFIX, HOST, TAG, EVERYTHING -> "directory";
                    case REGEX -> "regex";
                };
    }

    private static String status(TaskStatus status) {
        return switch (status) {
            case PENDING -> "Pending";
            case RUNNING -> "Refreshing";
            case COMPLETE -> "Complete";
            case CANCELLED, FAILED -> "Failed"; // Aliyun has no word for it; the description says that it was cancelled
        };
    }

    /**
     * Returns the percentage with up to two decimals, rounded down, so that it is 100% only when nothing is missing.
     */
    static String process(TaskObject object) {
        if (object.status() == TaskStatus.COMPLETE) {
            return "100%";
        }
        long hundredths =
                object.nodesTotal() == 0 ? 0 : Math.min(9_999, 10_000L * object.nodesDone() / object.nodesTotal());
        return hundredths % 100 == 0
                ? hundredths / 100 + "%"
                : hundredths / 100 + "." + (hundredths % 100 < 10 ? "0" : "") + hundredths % 100 + "%";
    }

    private static String formatted(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record TaskRow(
            String taskId,
            String objectPath,
            String objectType,
            String status,
            String process,
            String creationTime,
            @Nullable String description) {}

    private record CdnTaskRows(@JsonProperty("CDNTask") List<TaskRow> rows) {}

    private record TaskListResponse(String requestId, int pageNumber, int pageSize, long totalCount, CdnTaskRows tasks)
            implements AliyunResponse {}

    private record TaskByIdResponse(String requestId, long totalCount, List<TaskRow> tasks) implements AliyunResponse {}

    private record PreloadResponse(String requestId, long totalCount, List<PreloadDetail> urlDetails)
            implements AliyunResponse {}

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record PreloadDetail(
            String taskId,
            String domain,
            String creationTime,
            @Nullable String endTime,
            String process,
            String status,
            String retCode,
            List<PreloadUrl> urls) {}

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record PreloadUrl(
            String url, String success, @Nullable String description) {}
}

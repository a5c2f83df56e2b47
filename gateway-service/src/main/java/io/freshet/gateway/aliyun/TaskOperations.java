package io.freshet.gateway.aliyun;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.Account;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.aliyun.call.AliyunCall;
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

/** What became of refreshes and pushes: a row for each object. */
@Component
class TaskOperations {

    private static final int MAX_ROWS = 1_000;

    private final TaskServiceClient taskService;
    private final TaskFilters filters;

    TaskOperations(TaskServiceClient taskService, TaskFilters filters) {
        this.taskService = taskService;
        this.filters = filters;
    }

    Answer describe(AliyunCall call) {
        TaskFilters.Page page = TaskFilters.page(call.parameters());
        List<TaskId> ids = TaskFilters.taskIds(call.parameters().get("TaskId"));
        Map<String, String> query = filters.query(call);
        requireAll(call.account(), ids);
        TaskObjectPage found = query.containsKey(TaskFilters.NONE)
                ? new TaskObjectPage(0, List.of())
                : objects(call.account(), ids, query, page.offset(), page.size());
        return new Tasks(
                Answer.newRequestId(), page.number(), page.size(), found.total(), new CdnTasks(rows(found.objects())));
    }

    Answer describeById(AliyunCall call) {
        List<TaskId> ids = TaskFilters.taskIds(call.parameters().required("TaskId"));
        requireAll(call.account(), ids);
        List<TaskObject> objects = all(call.account(), ids);
        return new TasksById(Answer.newRequestId(), objects.size(), rows(objects));
    }

    Answer describePreload(AliyunCall call) {
        List<TaskId> ids = TaskFilters.taskIds(call.parameters().required("TaskId"));
        List<UrlDetail> details = requireAll(call.account(), ids).stream()
                .map(task -> detail(call.account(), task))
                .toList();
        return new Preloads(Answer.newRequestId(), details.size(), details);
    }

    private UrlDetail detail(Account account, TaskView push) {
        if (push.kind() != TaskKind.PUSH) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "the task " + push.taskId() + " is no push");
        }
        List<Url> urls = all(account, List.of(push.taskId())).stream()
                .map(object -> new Url(name(object), process(object), object.description()))
                .toList();
        return new UrlDetail(
                push.taskId().toString(),
                push.domain(),
                written(push.createdAt()),
                push.finishedAt() == null ? null : written(push.finishedAt()),
                push.progress() + "%",
                status(push.status()),
                push.status() == TaskStatus.FAILED ? "1" : "0",
                urls);
    }

    /** The tasks with these ids; none may be missing: a client that polls would take nothing for done. */
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

    private static List<Row> rows(List<TaskObject> objects) {
        return objects.stream().map(TaskOperations::row).toList();
    }

    private static Row row(TaskObject object) {
        return new Row(
                object.taskId().toString(),
                name(object),
                type(object),
                status(object.status()),
                process(object),
                written(object.taskId().madeAt()),
                object.description());
    }

    /** Empty while the record has only counted it. */
    private static String name(TaskObject object) {
        return object.object() == null ? "" : object.object();
    }

    private static String type(TaskObject object) {
        return object.kind() == TaskKind.PUSH
                ? "preload"
                : switch (object.type()) {
                    case URL -> "file";
                    case DIRECTORY -> "directory";
                };
    }

    private static String status(TaskStatus status) {
        return switch (status) {
            case PENDING -> "Pending";
            case RUNNING -> "Refreshing";
            case COMPLETE -> "Complete";
            case FAILED -> "Failed";
        };
    }

    /** With two digits after the point where they are needed, rounded down: 100% only when nothing is missing. */
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

    private static String written(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record Row(
            String taskId,
            String objectPath,
            String objectType,
            String status,
            String process,
            String creationTime,
            @Nullable String description) {}

    private record CdnTasks(@JsonProperty("CDNTask") List<Row> rows) {}

    private record Tasks(String requestId, int pageNumber, int pageSize, long totalCount, CdnTasks tasks)
            implements Answer {}

    private record TasksById(String requestId, long totalCount, List<Row> tasks) implements Answer {}

    private record Preloads(String requestId, long totalCount, List<UrlDetail> urlDetails) implements Answer {}

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record UrlDetail(
            String taskId,
            String domain,
            String creationTime,
            @Nullable String endTime,
            String process,
            String status,
            String retCode,
            List<Url> urls) {}

    @JsonNaming(UpperCamelCaseStrategy.class)
    private record Url(String url, String success, @Nullable String description) {}
}

package io.freshet.gateway.aliyun;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.request.query.ObjectName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Mapping of Aliyun's query parameters to those of task-service. */
@Component
class TaskFilterMapping {

    /** Key in the parameters if no row can match. */
    static final String NO_MATCH = "none";

    private static final int MAX_PAGE = 100_000;
    private static final int MAX_PAGE_SIZE = 100;
    private static final int MAX_TASKS = 10;

    private final Canonicaliser canonicaliser;

    TaskFilterMapping(Canonicaliser canonicaliser) {
        this.canonicaliser = canonicaliser;
    }

    /** A page, counted from 1. */
    record PageRequest(int number, int size) {

        long offset() {
            return (number - 1L) * size;
        }
    }

    static PageRequest page(AliyunParameters parameters) {
        return new PageRequest(
                parameters.number("PageNumber", 1, MAX_PAGE, 1), parameters.number("PageSize", 1, MAX_PAGE_SIZE, 20));
    }

    /** Parses up to ten ids; none if the text is null. */
    static List<TaskId> taskIds(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<TaskId> ids = Stream.of(text.split(","))
                .map(TaskFilterMapping::taskId)
                .distinct()
                .toList();
        if (ids.size() > MAX_TASKS) {
            throw malformedTaskId("TaskId has " + ids.size() + " ids; at most " + MAX_TASKS + " are allowed.");
        }
        return ids;
    }

    private static TaskId taskId(String text) {
        try {
            return TaskId.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw malformedTaskId("TaskId must be one id, or several separated by commas.");
        }
    }

    private static AliyunException malformedTaskId(String message) {
        return new AliyunException(AliyunErrorCode.MALFORMED_TASK_ID, message);
    }

    /**
     * Returns the query parameters of task-service.
     *
     * @return has the key {@link #NO_MATCH} if no row can match
     */
    Map<String, String> query(AliyunCall call) {
        AliyunParameters parameters = call.parameters();
        Map<String, String> query = new HashMap<>();
        boolean typed = parameters.get("ObjectType") != null;
        if (!typed && (parameters.get("DomainName") != null || parameters.get("Status") != null)) {
            throw new AliyunException(
                    AliyunErrorCode.MISSING_OBJECT_TYPE, "DomainName and Status require an ObjectType.");
        }
        type(query, parameters.get("ObjectType"));
        status(query, parameters.get("Status"));
        times(query, parameters.get("StartTime"), parameters.get("EndTime"));
        domain(query, call.account(), parameters.get("DomainName"));
        object(query, parameters.get("ObjectPath"));
        return query;
    }

    private static void type(Map<String, String> query, @Nullable String type) {
        switch (type == null ? "" : type.toLowerCase(Locale.ROOT)) {
            case "" -> {}
            case "file" -> query.putAll(Map.of("kind", "refresh", "type", "url,ignore-query"));
            case "directory" -> query.putAll(Map.of("kind", "refresh", "type", "directory,prefix,host,tag,everything"));
            case "preload" -> query.put("kind", "push");
            case "regex" -> query.putAll(Map.of("kind", "refresh", "type", "regex"));
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNSUPPORTED_OBJECT_TYPE,
                        "ObjectType must be file, directory, regex or preload.");
        }
    }

    /** Maps Refreshing to pending and running tasks, so that a client that polls for unfinished tasks misses none. */
    private static void status(Map<String, String> query, @Nullable String status) {
        switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
            case "" -> {}
            case "complete" -> query.put("outcome", "complete");
            case "failed" -> query.put("outcome", "failed");
            case "refreshing" -> query.put("outcome", "open");
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNSUPPORTED_STATUS, "Status must be Complete, Refreshing or Failed.");
        }
    }

    private static void times(Map<String, String> query, @Nullable String start, @Nullable String end) {
        if (start == null && end == null) {
            return;
        }
        if (start == null || end == null) {
            throw new AliyunException(
                    AliyunErrorCode.MISSING_PARAMETER, "StartTime and EndTime must be given together.");
        }
        Instant from = time(start, "StartTime", AliyunErrorCode.MALFORMED_START_TIME);
        Instant to = time(end, "EndTime", AliyunErrorCode.MALFORMED_END_TIME);
        if (!from.isBefore(to)) {
            throw new AliyunException(AliyunErrorCode.END_BEFORE_START, "EndTime must be after StartTime.");
        }
        query.put("from", from.toString());
        query.put("to", to.toString());
    }

    private static Instant time(String text, String name, AliyunErrorCode code) {
        try {
            if (text.matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z")) {
                return Instant.parse(text);
            }
        } catch (DateTimeException e) {
            // Falls through to the same error as another format.
        }
        throw new AliyunException(code, name + " must be a UTC time such as 2026-11-22T10:15:30Z.");
    }

    private static void domain(Map<String, String> query, Account account, @Nullable String name) {
        if (name == null) {
            return;
        }
        String configured = DomainName.configured(name);
        if (account.domains().stream().map(Domain::name).noneMatch(configured::equals)) {
            throw new AliyunException(
                    AliyunErrorCode.UNKNOWN_DOMAIN, "DomainName is not one of the account's configured domains.");
        }
        query.put("domain", configured);
    }

    private void object(Map<String, String> query, @Nullable String path) {
        if (path != null) {
            @Nullable Selector selector = "regex".equals(query.get("type")) ? Selector.REGEX : null;
            String name = ObjectName.canonical(canonicaliser, selector, path);
            query.put(name == null ? NO_MATCH : "object", name == null ? "not a valid object" : name);
        }
    }
}

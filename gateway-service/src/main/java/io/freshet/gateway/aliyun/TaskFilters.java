package io.freshet.gateway.aliyun;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.Account;
import io.freshet.fleet.Domain;
import io.freshet.gateway.request.Canonicaliser;
import io.freshet.gateway.aliyun.call.Parameters;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which rows a query wants: from the vendor's parameters to those of task-service. */
@Component
class TaskFilters {

    /** Among the parameters if nothing can match them. */
    static final String NONE = "none";

    private static final int MAX_PAGE = 100_000;
    private static final int MAX_PAGE_SIZE = 100;
    private static final int MAX_TASKS = 10;

    private final Canonicaliser canonicaliser;

    TaskFilters(Canonicaliser canonicaliser) {
        this.canonicaliser = canonicaliser;
    }

    /** One of the pages, counted from 1. */
    record Page(int number, int size) {

        long offset() {
            return (number - 1L) * size;
        }
    }

    static Page page(Parameters parameters) {
        return new Page(
                parameters.number("PageNumber", 1, MAX_PAGE, 1), parameters.number("PageSize", 1, MAX_PAGE_SIZE, 20));
    }

    /** Up to ten; none where there is no text. */
    static List<TaskId> taskIds(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<TaskId> ids =
                Stream.of(text.split(",")).map(TaskFilters::taskId).distinct().toList();
        if (ids.size() > MAX_TASKS) {
            throw malformedTaskId("TaskId has " + ids.size() + " ids; at most " + MAX_TASKS + " are allowed.");
        }
        return ids;
    }

    private static TaskId taskId(String text) {
        try {
            return TaskId.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw malformedTaskId("TaskId is not one id, or several with commas between them.");
        }
    }

    private static AliyunException malformedTaskId(String why) {
        return new AliyunException(AliyunErrorCode.MALFORMED_TASK_ID, why);
    }

    /**
     * @return also {@link #NONE} if no row can match
     */
    Map<String, String> query(AliyunCall call) {
        Parameters parameters = call.parameters();
        Map<String, String> query = new HashMap<>();
        boolean typed = parameters.get("ObjectType") != null;
        if (!typed && (parameters.get("DomainName") != null || parameters.get("Status") != null)) {
            throw new AliyunException(
                    AliyunErrorCode.MISSING_OBJECT_TYPE, "DomainName and Status need an ObjectType beside them.");
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
            case "file" -> query.putAll(Map.of("kind", "refresh", "type", "url"));
            case "directory" -> query.putAll(Map.of("kind", "refresh", "type", "directory"));
            case "preload" -> query.put("kind", "push");
            case "regex" -> query.put(NONE, "there is no such refresh yet");
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNSUPPORTED_OBJECT_TYPE,
                        "ObjectType is none of file, directory, regex and preload.");
        }
    }

    /** What is pending is on its way: a client that looks for what is still refreshing must not miss it. */
    private static void status(Map<String, String> query, @Nullable String status) {
        switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
            case "" -> {}
            case "complete" -> query.put("outcome", "complete");
            case "failed" -> query.put("outcome", "failed");
            case "refreshing" -> query.put("outcome", "open");
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNSUPPORTED_STATUS, "Status is none of Complete, Refreshing and Failed.");
        }
    }

    private static void times(Map<String, String> query, @Nullable String start, @Nullable String end) {
        if (start == null && end == null) {
            return;
        }
        if (start == null || end == null) {
            throw new AliyunException(
                    AliyunErrorCode.MISSING_PARAMETER, "StartTime and EndTime come together; one of them is missing.");
        }
        Instant from = time(start, "StartTime", AliyunErrorCode.MALFORMED_START_TIME);
        Instant to = time(end, "EndTime", AliyunErrorCode.MALFORMED_END_TIME);
        if (!from.isBefore(to)) {
            throw new AliyunException(AliyunErrorCode.END_BEFORE_START, "EndTime is not after StartTime.");
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
            // The answer is the same as for another form.
        }
        throw new AliyunException(code, name + " is no UTC time as 2026-11-22T10:15:30Z.");
    }

    /** As configured, since tasks are made by domain; the vendor writes a wildcard without its asterisk. */
    private static void domain(Map<String, String> query, Account account, @Nullable String name) {
        if (name == null) {
            return;
        }
        String configured = (name.startsWith(".") ? "*" + name : name).toLowerCase(Locale.ROOT);
        if (account.domains().stream().map(Domain::name).noneMatch(configured::equals)) {
            throw new AliyunException(
                    AliyunErrorCode.UNKNOWN_DOMAIN, "DomainName is none of the account's domains as they are configured.");
        }
        query.put("domain", configured);
    }

    private void object(Map<String, String> query, @Nullable String path) {
        if (path != null) {
            String url = canonicaliser.canonicalUrl(path);
            query.put(url == null ? NONE : "object", url == null ? "no object can have this name" : url);
        }
    }
}

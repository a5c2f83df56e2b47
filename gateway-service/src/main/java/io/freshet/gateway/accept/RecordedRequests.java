package io.freshet.gateway.accept;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.Account;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.CanonicalRequest;
import io.freshet.gateway.request.CanonicalRequests;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What recorded tasks asked for. It has to be right by the rules of today, as if it were asked for now. */
@Component
class RecordedRequests {

    private static final String PAGE = "1000";

    private final TaskServiceClient taskService;
    private final CanonicalRequests requests;

    RecordedRequests(TaskServiceClient taskService, CanonicalRequests requests) {
        this.taskService = taskService;
        this.requests = requests;
    }

    /**
     * A task as its record has it.
     *
     * @param objects all of them, in its order
     */
    record Recorded(TaskView task, TaskOptions options, List<String> objects) {

        long bytes() {
            return objects.stream().mapToLong(String::length).sum();
        }
    }

    /** A 404 problem if the account has no such task; 409 if the record does not know all that it asked. */
    Mono<Recorded> find(Account account, TaskId id) {
        return taskService
                .task(account.id(), id)
                .flatMap(task -> objects(account, id).map(objects -> complete(task, objects)));
    }

    private Mono<List<String>> objects(Account account, TaskId id) {
        return page(account, id, null)
                .expand(page -> page.nextPageToken() == null ? Mono.empty() : page(account, id, page.nextPageToken()))
                .flatMapIterable(ObjectPage::objects)
                .map(ObjectView::object)
                .collectList();
    }

    private Mono<ObjectPage> page(Account account, TaskId id, @Nullable String cursor) {
        return taskService.objects(
                account.id(), id, cursor == null ? Map.of("limit", PAGE) : Map.of("limit", PAGE, "cursor", cursor));
    }

    private static Recorded complete(TaskView task, List<String> objects) {
        if (task.options() == null || objects.size() < task.objectCount()) {
            throw ProblemException.of(
                    ProblemType.NOT_REPEATABLE,
                    "the record does not know all that task " + task.taskId()
                            + " asked for: it is older than that knowledge, or its command has not been read from the log");
        }
        return new Recorded(task, task.options(), objects);
    }

    /**
     * @throws ProblemException if it would be refused today
     */
    CanonicalRequest read(Account account, Recorded recorded) {
        TaskOptions options = recorded.options();
        return switch (recorded.task().kind()) {
            case REFRESH -> requests.refresh(account, refresh(recorded));
            case PUSH ->
                requests.push(
                        account,
                        new PushRequest(
                                recorded.objects(),
                                options.tier(),
                                Objects.requireNonNullElse(options.headers(), Map.of())));
        };
    }

    private static RefreshRequest refresh(Recorded recorded) {
        TaskOptions.FollowingPush thenPush = recorded.options().thenPush();
        return new RefreshRequest(
                recorded.task().type(),
                recorded.objects(),
                Boolean.TRUE.equals(recorded.options().soft()),
                thenPush == null ? null : new RefreshRequest.ThenPush(thenPush.tier(), thenPush.headers()));
    }
}

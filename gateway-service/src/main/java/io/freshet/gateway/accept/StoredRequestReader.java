package io.freshet.gateway.accept;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.contracts.url.DomainTag;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.client.PermittedTasks;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reader of the requests of stored tasks, which it validates as new requests. */
@Component
class StoredRequestReader {

    private static final String PAGE_SIZE = "1000";
    private static final Map<String, String> FAILED = Map.of("status", "failed");

    private final PermittedTasks tasks;
    private final RequestCanonicaliser canonicaliser;
    private final Clock clock;

    StoredRequestReader(PermittedTasks tasks, RequestCanonicaliser canonicaliser, Clock clock) {
        this.tasks = tasks;
        this.canonicaliser = canonicaliser;
        this.clock = clock;
    }

    /**
     * The request of a task.
     *
     * @param objects all objects of the task in its order, or those that have failed
     */
    record StoredRequest(TaskView task, TaskOptions options, List<String> objects) {

        long bytes() {
            return Stream.concat(objects.stream(), pushedObjects().stream())
                    .mapToLong(String::length)
                    .sum();
        }

        private List<String> pushedObjects() {
            return options.thenPush() == null ? List.of() : options.thenPush().objects();
        }
    }

    /**
     * Returns the request; a 404 problem if the account has no such task, 409 if the task store does not hold all of
     * it.
     */
    Mono<StoredRequest> find(Account account, TaskId id) {
        return tasks.task(account, id)
                .flatMap(task -> objects(account, id, Map.of()).map(objects -> complete(task, objects)));
    }

    /**
     * Returns the request for the objects that have failed; a 404 problem if the account has no such task, 409 if none
     * has failed or the task store does not hold all of them.
     */
    Mono<StoredRequest> findFailed(Account account, TaskId id) {
        return tasks.task(account, id)
                .flatMap(task -> objects(account, id, FAILED).map(objects -> failed(task, objects)));
    }

    private Mono<List<String>> objects(Account account, TaskId id, Map<String, String> filter) {
        return page(account, id, filter, null)
                .expand(page ->
                        page.nextPageToken() == null ? Mono.empty() : page(account, id, filter, page.nextPageToken()))
                .flatMapIterable(ObjectPage::objects)
                .map(ObjectView::object)
                .collectList();
    }

    private Mono<ObjectPage> page(Account account, TaskId id, Map<String, String> filter, @Nullable String pageToken) {
        Map<String, String> query = new HashMap<>(filter);
        query.put("limit", PAGE_SIZE);
        if (pageToken != null) {
            query.put("pageToken", pageToken);
        }
        return tasks.objects(account, id, query);
    }

    private static StoredRequest failed(TaskView task, List<String> objects) {
        if (task.status() != TaskStatus.FAILED && objects.isEmpty()) {
            throw ProblemException.of(
                    ProblemType.NOTHING_TO_RETRY, "No object of task " + task.taskId() + " has failed.");
        }
        if (task.options() == null || objects.isEmpty()) {
            throw notStored(task);
        }
        return new StoredRequest(task, task.options(), objects);
    }

    private static StoredRequest complete(TaskView task, List<String> objects) {
        // Those that manifests have named come last; they are found again.
        int requested = task.objectCount() - task.childCount();
        if (task.options() == null || objects.size() < requested) {
            throw notStored(task);
        }
        return new StoredRequest(task, task.options(), objects.subList(0, requested));
    }

    private static ProblemException notStored(TaskView task) {
        return ProblemException.of(
                ProblemType.NOT_REPEATABLE,
                "The task store does not hold all objects and options of task " + task.taskId()
                        + ": its command has not been read from the topic yet, or an older version stored it.");
    }

    /**
     * Validates the request by the current rules.
     *
     * @throws ProblemException if it is not valid any more
     */
    CanonicalRequest validate(Account account, StoredRequest stored) {
        TaskOptions options = stored.options();
        return switch (stored.task().kind()) {
            case REFRESH -> canonicaliser.refresh(account, refreshRequest(stored));
            case PUSH ->
                canonicaliser.push(
                        account,
                        new PushRequest(
                                stored.objects(),
                                options.tiers() == null && options.nodes() == null ? options.tier() : null,
                                Objects.requireNonNullElse(options.headers(), Map.of()),
                                options.redirects(),
                                futureStart(options),
                                options.limits(),
                                options.tiers(),
                                options.region(),
                                options.nodes(),
                                Boolean.TRUE.equals(options.children())));
        };
    }

    /** Returns the start of a push that has not started yet; any other is repeated at once. */
    private @Nullable Instant futureStart(TaskOptions options) {
        Instant start = options.startAt();
        return start != null && start.isAfter(clock.instant()) ? start : null;
    }

    private static RefreshRequest refreshRequest(StoredRequest stored) {
        TaskOptions.FollowingPush thenPush = stored.options().thenPush();
        return new RefreshRequest(
                stored.task().type(),
                entries(stored),
                domain(stored),
                Boolean.TRUE.equals(stored.options().soft()),
                thenPush == null ? null : pushRequest(thenPush));
    }

    /** Returns the objects as a request names them: without the domain, if {@link #domain} names it. */
    private static List<String> entries(StoredRequest stored) {
        return switch (stored.task().type()) {
            case TAG ->
                stored.objects().stream().map(object -> tagOf(object).tag()).toList();
            case EVERYTHING -> List.of();
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, HOST -> stored.objects();
        };
    }

    /** Returns the domain of the task's objects, which is the same for all of them; null if they name their hosts. */
    private static @Nullable String domain(StoredRequest stored) {
        String first = stored.objects().getFirst();
        return switch (stored.task().type()) {
            case TAG -> tagOf(first).domain();
            case EVERYTHING -> first;
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, HOST -> null;
        };
    }

    private static DomainTag tagOf(String object) {
        try {
            return DomainTag.split(object);
        } catch (InvalidObjectException e) {
            throw new IllegalStateException("the task store has the tag " + object + " without a domain", e);
        }
    }

    private static RefreshRequest.ThenPushRequest pushRequest(TaskOptions.FollowingPush push) {
        return new RefreshRequest.ThenPushRequest(
                push.tier(), push.headers(), push.objects().isEmpty() ? null : push.objects());
    }
}

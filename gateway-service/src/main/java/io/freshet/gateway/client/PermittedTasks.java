package io.freshet.gateway.client;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.gateway.auth.TokenRights;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Tasks as the token of a request shows them. A task of a domain that the token does not allow is a 403 problem, and is
 * left out of listings.
 */
@Component
public class PermittedTasks {

    private final TaskServiceClient taskService;

    PermittedTasks(TaskServiceClient taskService) {
        this.taskService = taskService;
    }

    /**
     * Returns a page of the account's tasks, newest first.
     *
     * @param parameters query parameters as in the API
     */
    public Mono<TaskPage> tasks(Account account, Map<String, String> parameters) {
        if (!account.isLimitedToDomains()) {
            return taskService.tasks(account.id(), parameters);
        }
        Map<String, String> limited = new HashMap<>(parameters);
        limited.put("domains", account.domains().stream().map(Domain::name).collect(Collectors.joining(",")));
        return taskService.tasks(account.id(), limited);
    }

    /** Returns a task; a 404 problem if the account has none with this id. */
    public Mono<TaskView> task(Account account, TaskId id) {
        return taskService.task(account.id(), id).doOnNext(task -> TokenRights.requireDomain(account, task.domain()));
    }

    /** Returns a page of a task's objects by index; a 404 problem if the account has no task with this id. */
    public Mono<ObjectPage> objects(Account account, TaskId id, Map<String, String> parameters) {
        Mono<ObjectPage> page = taskService.objects(account.id(), id, parameters);
        return account.isLimitedToDomains() ? task(account, id).then(page) : page;
    }
}

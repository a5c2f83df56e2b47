package io.freshet.gateway.client;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.watch.CurrentAccounts;
import io.freshet.gateway.blocking.Blocking;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Warm-up queries to task-service before the gateway is ready. Connecting and class loading, here and there, take
 * longer than the timeouts, so without them the first admission or query would fail. The answers are ignored.
 */
@Component
@Blocking
class TaskServiceWarmUp implements ApplicationRunner {

    private static final TaskId NO_TASK = new TaskId(1);

    private final TaskServiceClient taskService;
    private final CurrentAccounts accounts;

    TaskServiceWarmUp(TaskServiceClient taskService, CurrentAccounts accounts) {
        this.taskService = taskService;
        this.accounts = accounts;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        accounts.get().all().stream().map(Account::id).findFirst().ifPresent(this::query);
    }

    private void query(String account) {
        Stream.<Mono<?>>of(
                        taskService.quotas(account),
                        taskService.tasks(account, Map.of()),
                        taskService.task(account, NO_TASK))
                .forEach(query -> query.onErrorComplete().block());
    }
}

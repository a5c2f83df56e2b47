package io.freshet.gateway.client;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.gateway.blocking.Blocking;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Warm-up query to task-service before the gateway is ready. Connecting and class loading take longer than the
 * admission timeout, so without it the first admission would fail. The answer is ignored.
 */
@Component
@Blocking
class TaskServiceWarmUp implements ApplicationRunner {

    private final TaskServiceClient taskService;
    private final Accounts accounts;

    TaskServiceWarmUp(TaskServiceClient taskService, Accounts accounts) {
        this.taskService = taskService;
        this.accounts = accounts;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        accounts.all().stream()
                .map(Account::id)
                .findFirst()
                .ifPresent(account -> taskService
                        .quotas(account)
                        .then()
                        .onErrorResume(_ -> Mono.empty())
                        .block());
    }
}

package io.freshet.gateway.client;

import io.freshet.fleet.Account;
import io.freshet.fleet.Accounts;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks task-service something before the gateway calls itself ready. Connecting and loading classes, on both sides, take longer than an
 * admission may; otherwise the first client would be told that quotas cannot be checked. Whether there is an answer does not matter.
 */
@Component
class WarmUp implements ApplicationRunner {

    private final TaskServiceClient taskService;
    private final Accounts accounts;

    WarmUp(TaskServiceClient taskService, Accounts accounts) {
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

package io.freshet.gateway.query;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.client.TaskServiceClient;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The quotas of accounts: limits from the configuration, use from the task store. */
@Component
public class AccountQuotas {

    private final TaskServiceClient taskService;

    AccountQuotas(TaskServiceClient taskService) {
        this.taskService = taskService;
    }

    /** Returns every quota of the account. */
    public Mono<List<Quota>> of(Account account) {
        return taskService
                .quotas(account.id())
                .map(uses -> uses.stream().map(use -> Quota.of(use, account)).toList());
    }
}

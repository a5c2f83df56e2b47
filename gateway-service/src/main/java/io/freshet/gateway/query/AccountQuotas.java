package io.freshet.gateway.query;

import io.freshet.fleet.Account;
import io.freshet.gateway.client.TaskServiceClient;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What accounts may still do today: their limits are configured, their use is recorded. */
@Component
public class AccountQuotas {

    private final TaskServiceClient taskService;

    AccountQuotas(TaskServiceClient taskService) {
        this.taskService = taskService;
    }

    /** Every kind. */
    public Mono<List<Quota>> of(Account account) {
        return taskService
                .quotas(account.id())
                .map(uses -> uses.stream()
                        .map(use -> Quota.of(use, account.quotas()))
                        .toList());
    }
}

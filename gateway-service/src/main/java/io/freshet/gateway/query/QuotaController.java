package io.freshet.gateway.query;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.fleet.Account;
import io.freshet.fleet.Quotas;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.request.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What the account may still do today. */
@RestController
@Tag(name = "quotas", description = "What the account may still do today")
class QuotaController {

    private final TaskServiceClient taskService;

    QuotaController(TaskServiceClient taskService) {
        this.taskService = taskService;
    }

    @GetMapping(path = "/v1/quotas", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "quotas", summary = "Each quota of the day, in objects")
    Mono<QuotaList> quotas(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        QueryParameters.of(request.getQueryParams()).end();
        return taskService
                .quotas(account.id())
                .map(uses -> new QuotaList(uses.stream()
                        .map(use -> Quota.of(use, account.quotas()))
                        .toList()));
    }

    /** All kinds. */
    record QuotaList(List<Quota> quotas) {}

    /**
     * One kind of quota.
     *
     * @param used may exceed the limit, after URLs were refreshed while nobody could be asked
     */
    record Quota(QuotaKind quota, long limit, long used, long remaining, Instant resetsAt) {

        static Quota of(QuotaUse use, Quotas quotas) {
            long limit = switch (use.quota()) {
                case URL -> quotas.url();
                case DIRECTORY -> quotas.directory();
                case PUSH -> quotas.push();
            };
            return new Quota(use.quota(), limit, use.used(), Math.max(0, limit - use.used()), use.resetsAt());
        }
    }
}

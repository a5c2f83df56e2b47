package io.freshet.gateway.query;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoint that lists an account's quotas. */
@RestController
@Tag(name = "quotas", description = "The quotas of the account")
class QuotaController {

    private final AccountQuotas quotas;

    QuotaController(AccountQuotas quotas) {
        this.quotas = quotas;
    }

    @GetMapping(path = "/v1/quotas", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "quotas", summary = "Each quota of the day, in objects")
    Mono<QuotaList> quotas(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        QueryParameters.of(request).verify();
        return quotas.of(account).map(QuotaList::new);
    }

    /** All quotas of an account. */
    record QuotaList(List<Quota> quotas) {}
}

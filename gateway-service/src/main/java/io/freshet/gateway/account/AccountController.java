package io.freshet.gateway.account;

import io.freshet.fleet.Account;
import io.freshet.fleet.Domain;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Tier;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.request.QueryParameters;
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

/** Whose token it is, and what may be asked for with it. */
@RestController
@Tag(name = "account", description = "Whose token it is")
class AccountController {

    private final List<String> tiers;
    private final GatewayProperties properties;

    AccountController(Fleet fleet, GatewayProperties properties) {
        this.tiers = fleet.tiers().stream().map(Tier::name).toList();
        this.properties = properties;
    }

    @GetMapping(path = "/v1/account", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "account", summary = "The account of the token, and what its requests may hold")
    Mono<AccountView> account(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        QueryParameters.of(request.getQueryParams()).end();
        return Mono.just(new AccountView(
                account.id(),
                account.operator(),
                account.domains().stream().map(Domain::name).toList(),
                tiers,
                properties.push().headers(),
                Limits.of(properties.limits())));
    }

    /**
     * @param operator whether it also sees and steers nodes
     * @param domains whose content it may refresh and push
     * @param tiers that a push may warm, parents first
     * @param pushHeaders that a push may set
     */
    record AccountView(
            String id,
            boolean operator,
            List<String> domains,
            List<String> tiers,
            List<String> pushHeaders,
            Limits limits) {}

    /** How many objects one request may hold. */
    record Limits(int urls, int directories, int pushes) {

        static Limits of(GatewayProperties.Limits limits) {
            return new Limits(limits.urls(), limits.directories(), limits.pushes());
        }
    }
}

package io.freshet.gateway.account;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.fleet.account.TokenScope;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Tier;
import io.freshet.gateway.request.canonical.PushHeaderProperties;
import io.freshet.gateway.request.object.LimitProperties;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoint that describes the account of a token. */
@RestController
@Tag(name = "account", description = "The account of the token")
class AccountController {

    private final List<String> tiers;
    private final List<String> pushHeaders;
    private final RequestLimits limits;

    AccountController(Fleet fleet, PushHeaderProperties pushHeaders, LimitProperties limits) {
        this.tiers = fleet.tiers().stream().map(Tier::name).toList();
        this.pushHeaders = pushHeaders.allowedHeaders();
        this.limits = RequestLimits.of(limits);
    }

    @GetMapping(path = "/v1/account", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "account", summary = "The account of the token, and the limits of its requests")
    Mono<AccountView> account(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        QueryParameters.of(request).verify();
        return Mono.just(new AccountView(
                account.id(),
                account.operator(),
                account.domains().stream().map(Domain::name).toList(),
                account.scopes().stream().map(TokenScope::toString).sorted().toList(),
                tiers,
                pushHeaders,
                limits));
    }

    /**
     * An account as its owner sees it.
     *
     * @param operator whether the account may see nodes and request node actions
     * @param domains domains whose content it may refresh and push with the token
     * @param scopes kinds of requests that the token allows: {@code read}, {@code refresh}, {@code push},
     *     {@code operate}
     * @param tiers tiers that a push may warm, parents first
     * @param pushHeaders headers that a push may set
     */
    record AccountView(
            String id,
            boolean operator,
            List<String> domains,
            List<String> scopes,
            List<String> tiers,
            List<String> pushHeaders,
            RequestLimits limits) {}

    /** Maximum number of entries of one request. */
    @Schema(name = "Limits")
    record RequestLimits(int urls, int directories, int pushes, int tags) {

        static RequestLimits of(LimitProperties limits) {
            return new RequestLimits(limits.maxUrls(), limits.maxDirectories(), limits.maxPushes(), limits.maxTags());
        }
    }
}

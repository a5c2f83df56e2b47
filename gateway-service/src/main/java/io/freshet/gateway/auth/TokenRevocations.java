package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.watch.CurrentAccounts;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Tells open streams that their token is no longer valid, after a change of the accounts. */
@Component
public class TokenRevocations {

    private final CurrentAccounts accounts;
    private final Sinks.Many<Accounts> changes = Sinks.many().multicast().directBestEffort();

    TokenRevocations(CurrentAccounts accounts) {
        this.accounts = accounts;
        accounts.onChange(changes::tryEmitNext);
    }

    /**
     * Completes when the token of an authenticated request is no longer one of its account, or the account is no
     * operator any more.
     */
    public Mono<Void> of(ServerHttpRequest request, Account account) {
        String token = BearerTokens.token(request.getHeaders());
        return Flux.merge(changes.asFlux(), Mono.fromSupplier(accounts))
                .filter(now -> !isValid(now, token, account))
                .next()
                .then();
    }

    private static boolean isValid(Accounts now, String token, Account account) {
        return now.byToken(token)
                .filter(owner -> owner.id().equals(account.id()) && (owner.operator() || !account.operator()))
                .isPresent();
    }
}

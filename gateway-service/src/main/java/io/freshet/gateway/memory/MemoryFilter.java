package io.freshet.gateway.memory;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.problem.ProblemHandler;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Filter that counts the memory of every authenticated request until its response, also a problem, has been written.
 * Runs after authentication.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 200)
class MemoryFilter implements WebFilter {

    private final MemoryBudget budget;
    private final ProblemHandler problems;

    MemoryFilter(MemoryBudget budget, ProblemHandler problems) {
        this.budget = budget;
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Account account = exchange.getAttribute("account");
        if (account == null) {
            return chain.filter(exchange);
        }
        return Mono.using(budget::open, memory -> count(exchange, chain, account, memory), RequestMemory::close);
    }

    private Mono<Void> count(ServerWebExchange exchange, WebFilterChain chain, Account account, RequestMemory memory) {
        memory.chargeTo(account.id());
        ServerWebExchange counted = exchange.mutate()
                .request(new CountedRequest(exchange.getRequest(), memory))
                .response(new CountedResponse(exchange.getResponse(), memory))
                .build();
        return chain.filter(counted)
                .onErrorResume(error -> problems.handle(counted, error))
                .contextWrite(memory::putInto);
    }
}

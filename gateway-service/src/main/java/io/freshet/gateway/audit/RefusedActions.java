package io.freshet.gateway.audit;

import io.freshet.contracts.message.AuditOutcome;
import io.freshet.gateway.auth.Caller;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.problem.ProblemException;
import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Filter that records the actions that a caller with a valid token may not do. It is outside of the authentication,
 * which refuses some of them.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 50)
class RefusedActions implements WebFilter {

    private static final Logger log = LoggerFactory.getLogger(RefusedActions.class);

    /** Entries of one account: a client that repeats what it may not do must not fill the topic. */
    private static final int MAX_PER_MINUTE = 60;

    private static final List<AuditedAction> ACTIONS = List.of(
            AuditedAction.of(HttpMethod.PUT, "/v1/nodes/{id}/maintenance", "hold"),
            AuditedAction.of(HttpMethod.DELETE, "/v1/nodes/{id}/maintenance", "release"),
            AuditedAction.of(HttpMethod.POST, "/v1/nodes/{id}/rewind", "rewind"),
            AuditedAction.of(HttpMethod.POST, "/v1/nodes/{id}/flush", "flush"));

    private final AuditLog auditLog;
    private final BlockingWork blockingWork;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    RefusedActions(AuditLog auditLog, BlockingWork blockingWork, Clock clock) {
        this.auditLog = auditLog;
        this.blockingWork = blockingWork;
        this.clock = clock;
    }

    private record AuditedAction(HttpMethod method, PathPattern path, String name) {

        static AuditedAction of(HttpMethod method, String path, String name) {
            return new AuditedAction(method, PathPatternParser.defaultInstance.parse(path), name);
        }
    }

    private record RequestedAction(String name, String node) {}

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Optional<RequestedAction> action = actionOf(exchange);
        return action.isEmpty()
                ? chain.filter(exchange)
                : chain.filter(exchange)
                        .onErrorResume(
                                ProblemException.class,
                                problem ->
                                        record(exchange, action.get(), problem).then(Mono.error(problem)));
    }

    private static Optional<RequestedAction> actionOf(ServerWebExchange exchange) {
        HttpMethod method = exchange.getRequest().getMethod();
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        for (AuditedAction action : ACTIONS) {
            PathMatchInfo match = action.method.equals(method) ? action.path.matchAndExtract(path) : null;
            if (match != null) {
                return Optional.of(
                        new RequestedAction(action.name, match.getUriVariables().getOrDefault("id", "")));
            }
        }
        return Optional.empty();
    }

    /** Records a refusal. The answer is the same if that fails. */
    private Mono<Void> record(ServerWebExchange exchange, RequestedAction action, ProblemException problem) {
        Caller caller = exchange.getAttribute(Caller.ATTRIBUTE);
        if (problem.type().status() != HttpStatus.FORBIDDEN.value() || caller == null) {
            return Mono.empty();
        }
        if (!bucket(caller.account().id()).tryConsume(1)) {
            return Mono.empty();
        }
        return blockingWork
                .<Boolean>run(Mono.empty(), _ -> {
                    auditLog.record(AuditLog.entry(
                            caller,
                            exchange.getRequest(),
                            clock.instant(),
                            action.name,
                            action.node,
                            Map.of("problem", problem.type().uri().toString()),
                            AuditOutcome.REFUSED));
                    return true;
                })
                .onErrorResume(error -> {
                    log.warn("a refused {} of node {} is not in the audit log: {}", action.name, action.node, error);
                    return Mono.empty();
                })
                .then();
    }

    private Bucket bucket(String account) {
        return buckets.computeIfAbsent(
                account,
                _ -> Bucket.builder()
                        .addLimit(limit ->
                                limit.capacity(MAX_PER_MINUTE).refillGreedy(MAX_PER_MINUTE, Duration.ofMinutes(1)))
                        .build());
    }
}

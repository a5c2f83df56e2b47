package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.TokenScope;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The rights that a token needs for each endpoint under {@code /v1}. A handler checks what depends on the content of a
 * request: {@code thenPush} and a batch of pushes need {@link TokenScope#PUSH}, and objects must be of a domain of the
 * token.
 */
final class EndpointRights {

    /** The first that matches counts. */
    private static final List<EndpointRights> ALL = List.of(
            // Batches have tasks of several domains.
            get("/v1/batches/**").ofAllDomains(),
            // Actions concern nodes, which have content of all domains.
            get("/v1/audit").ofAllDomains(),
            get("/v1/**"),
            post("/v1/refreshes", TokenScope.REFRESH),
            post("/v1/refreshes/check", TokenScope.REFRESH),
            post("/v1/pushes", TokenScope.PUSH),
            post("/v1/pushes/check", TokenScope.PUSH),
            post("/v1/batches", TokenScope.REFRESH, TokenScope.PUSH),
            // Who may begin something may end something: a cancellation makes no content old.
            post("/v1/batches/{batchId}/cancel", TokenScope.REFRESH, TokenScope.PUSH)
                    .ofAllDomains(),
            post("/v1/tasks/{taskId}/cancel", TokenScope.REFRESH, TokenScope.PUSH),
            post("/v1/tasks/{taskId}/repeat", TokenScope.REFRESH, TokenScope.PUSH),
            post("/v1/tasks/{taskId}/retry", TokenScope.REFRESH, TokenScope.PUSH),
            // A node has content of all domains.
            of(HttpMethod.PUT, "/v1/nodes/{id}/maintenance", TokenScope.OPERATE).ofAllDomains(),
            of(HttpMethod.DELETE, "/v1/nodes/{id}/maintenance", TokenScope.OPERATE)
                    .ofAllDomains(),
            post("/v1/nodes/{id}/rewind", TokenScope.OPERATE).ofAllDomains(),
            post("/v1/nodes/{id}/flush", TokenScope.OPERATE).ofAllDomains());

    private final HttpMethod method;
    private final PathPattern path;
    /** One of them suffices. */
    private final List<TokenScope> scopes;

    private final boolean allDomains;

    private EndpointRights(HttpMethod method, PathPattern path, List<TokenScope> scopes, boolean allDomains) {
        this.method = method;
        this.path = path;
        this.scopes = scopes;
        this.allDomains = allDomains;
    }

    private static EndpointRights get(String path) {
        return of(HttpMethod.GET, path, TokenScope.READ);
    }

    private static EndpointRights post(String path, TokenScope... scopes) {
        return of(HttpMethod.POST, path, scopes);
    }

    private static EndpointRights of(HttpMethod method, String path, TokenScope... scopes) {
        return new EndpointRights(method, PathPatternParser.defaultInstance.parse(path), Arrays.asList(scopes), false);
    }

    private EndpointRights ofAllDomains() {
        return new EndpointRights(method, path, scopes, true);
    }

    /** Returns what an endpoint needs; empty if it is unknown. */
    static Optional<EndpointRights> find(HttpMethod method, PathContainer path) {
        HttpMethod effective = method == HttpMethod.HEAD || method == HttpMethod.OPTIONS ? HttpMethod.GET : method;
        return ALL.stream()
                .filter(each -> each.method.equals(effective) && each.path.matches(path))
                .findFirst();
    }

    /** Returns the scopes of which a token needs one. */
    List<TokenScope> scopes() {
        return scopes;
    }

    /** Returns whether the endpoint needs a token that is not limited to domains. */
    boolean needsAllDomains() {
        return allDomains;
    }

    /**
     * Requires that the token of a request allows its endpoint.
     *
     * @throws ProblemException 403 if it does not; 404 if the endpoint is unknown and the token has limits
     */
    static void require(Account account, HttpMethod method, PathContainer path) {
        Optional<EndpointRights> needed = find(method, path);
        if (needed.isPresent()) {
            TokenRights.requireAny(account, needed.get().scopes);
            if (needed.get().allDomains) {
                TokenRights.requireAllDomains(account);
            }
        } else if (account.isLimitedToDomains() || !account.scopes().containsAll(TokenScope.all())) {
            throw ProblemException.of(
                    ProblemType.NOT_FOUND, "No endpoint that this token may use exists at " + method + " there.");
        }
    }
}

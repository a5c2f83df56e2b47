package io.freshet.gateway.inspect;

import io.freshet.contracts.Selector;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import io.freshet.contracts.url.CanonicalObject;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.ViolationKind;
import io.freshet.gateway.request.canonical.ForeignDomain;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The endpoint {@code GET /v1/inspect}: what each node holds for a URL of the account's domains. */
@RestController
@Tag(name = "inspection", description = "What the caches hold")
class InspectionController {

    private static final String URL = "url";
    private static final String ORIGIN = "origin";
    private static final int MAX_URL = 4_096;

    private final UrlInspections inspections;
    private final Canonicaliser canonicaliser;

    InspectionController(UrlInspections inspections, Canonicaliser canonicaliser) {
        this.inspections = inspections;
        this.canonicaliser = canonicaliser;
    }

    /**
     * Copies of a URL in the nodes' caches.
     *
     * @param url in canonical form, as the nodes were asked
     * @param at time of the answer
     * @param nodes all nodes, parents first
     * @param origin null if it was not asked
     */
    record InspectedUrl(
            String url,
            Instant at,
            List<NodeCopy> nodes,
            @Nullable OriginResponse origin) {}

    @GetMapping(path = "/v1/inspect", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "inspect",
            summary = "What each node's cache holds for a URL",
            description =
                    "Asks every node, and the origin only on request. A field that a node's server does not tell is absent; "
                            + "`reason` says why a node's state is `unknown`.")
    @Parameter(
            in = ParameterIn.QUERY,
            name = URL,
            required = true,
            description = "A URL of one of the account's domains",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = ORIGIN,
            description = "Whether a node of the first tier asks the origin, too, by a HEAD request",
            schema = @Schema(type = "boolean", defaultValue = "false"))
    @ApiProblems({ProblemType.RATE_LIMITED, ProblemType.DOMAIN_NOT_ALLOWED})
    Mono<InspectedUrl> inspect(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> parameters =
                QueryParameters.of(request).text(URL, MAX_URL).flag(ORIGIN).verify();
        String url = url(account, parameters.get(URL));
        boolean origin = Boolean.parseBoolean(parameters.get(ORIGIN));
        return inspections
                .inspect(account.id(), url, origin)
                .map(answer -> new InspectedUrl(url, answer.at(), answer.nodes(), answer.origin()));
    }

    /** Returns the URL in canonical form; a 400 problem if it is missing, invalid or of a foreign domain. */
    private String url(Account account, @Nullable String text) {
        if (text == null) {
            throw invalid("is required", ViolationKind.OTHER);
        }
        try {
            CanonicalObject object = canonicaliser.canonicalise(text, Selector.URL);
            if (account.domainOf(object.authority()).isEmpty()) {
                throw ForeignDomain.of(
                        account,
                        object.authority(),
                        "names " + object.authority() + ", which none of the account's domains covers");
            }
            return object.url();
        } catch (InvalidObjectException e) {
            throw invalid(e.reason(), ViolationKind.of(e.kind()));
        }
    }

    private static ProblemException invalid(String detail, ViolationKind kind) {
        return ProblemException.invalid(Violation.parameter(URL, detail, kind));
    }
}

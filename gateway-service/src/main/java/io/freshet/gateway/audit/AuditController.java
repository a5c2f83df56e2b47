package io.freshet.gateway.audit;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.audit.NewestAuditEntries.StoredEntry;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The endpoint {@code GET /v1/audit}: the newest entries of the audit log, for operators. */
@RestController
@Tag(name = "audit", description = "The audit log, for operators")
class AuditController {

    private static final String FROM = "from";
    private static final String UNTIL = "until";
    private static final String LIMIT = "limit";
    private static final String PAGE_TOKEN = "pageToken";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final int MAX_TOKEN = 19;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final NewestAuditEntries entries;

    AuditController(NewestAuditEntries entries) {
        this.entries = entries;
    }

    /**
     * Entries of the audit log.
     *
     * @param entries newest first
     * @param nextPageToken asks for older ones; null if there are none
     */
    record AuditPage(List<AuditEntry> entries, @Nullable String nextPageToken) {}

    @GetMapping(path = "/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "audit",
            summary = "Node actions with who requested them, when and from where; newest first",
            description = "Of the newest 10,000 entries of the topic `audit-log`.")
    @Parameter(
            in = ParameterIn.QUERY,
            name = FROM,
            description = "Entries at or after this time",
            schema = @Schema(type = "string", format = "date-time"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = UNTIL,
            description = "Entries before this time",
            schema = @Schema(type = "string", format = "date-time"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = LIMIT,
            description = "Entries of a page",
            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = PAGE_TOKEN,
            description = "The `nextPageToken` of the page before",
            schema = @Schema(type = "string"))
    @ApiProblems({ProblemType.FORBIDDEN, ProblemType.DOMAIN_NOT_ALLOWED})
    Mono<AuditPage> audit(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "Only an operator's account may see the audit log.");
        }
        Map<String, String> parameters = QueryParameters.of(request)
                .instant(FROM)
                .instant(UNTIL)
                .number(LIMIT, 1, MAX_LIMIT)
                .string(PAGE_TOKEN, MAX_TOKEN)
                .verify();
        if (!entries.isComplete()) {
            throw ProblemException.unavailable(
                    "The audit log has not been read from Kafka yet. Retry later.", RETRY_AFTER);
        }
        int limit = Integer.parseInt(parameters.getOrDefault(LIMIT, String.valueOf(DEFAULT_LIMIT)));
        return Mono.fromSupplier(
                () -> page(entries.find(before(parameters.get(PAGE_TOKEN)), wanted(parameters), limit + 1), limit));
    }

    private static AuditPage page(List<StoredEntry> found, int limit) {
        List<StoredEntry> shown = found.subList(0, Math.min(limit, found.size()));
        String next = found.size() > limit ? String.valueOf(shown.getLast().offset()) : null;
        return new AuditPage(shown.stream().map(StoredEntry::entry).toList(), next);
    }

    private static Predicate<AuditEntry> wanted(Map<String, String> parameters) {
        Instant from = instant(parameters.get(FROM), Instant.MIN);
        Instant until = instant(parameters.get(UNTIL), Instant.MAX);
        return entry -> !entry.at().isBefore(from) && entry.at().isBefore(until);
    }

    private static Instant instant(@Nullable String text, Instant otherwise) {
        return text == null ? otherwise : Instant.parse(text);
    }

    private static long before(@Nullable String pageToken) {
        if (pageToken == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(pageToken);
        } catch (NumberFormatException e) {
            throw ProblemException.invalid(
                    Violation.parameter(PAGE_TOKEN, "is none of GET /v1/audit; use the nextPageToken of a page"));
        }
    }
}

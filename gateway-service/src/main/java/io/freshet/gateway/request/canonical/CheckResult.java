package io.freshet.gateway.request.canonical;

import io.freshet.contracts.QuotaKind;
import io.freshet.gateway.problem.Violation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of validating a request without accepting it.
 *
 * @param acceptable whether the request is valid; quotas are not checked
 * @param objectCount distinct objects of the request
 * @param charges cost of the request by quota
 * @param entries one for each entry of {@code objects}, in its order, up to the number that is allowed
 * @param errors violations of the request as a whole
 */
@Schema(name = "Checked")
public record CheckResult(
        boolean acceptable,
        int objectCount,
        Map<QuotaKind, Integer> charges,
        List<CheckedEntry> entries,
        List<Violation> errors) {

    public CheckResult {
        charges = Map.copyOf(charges);
        entries = List.copyOf(entries);
        errors = List.copyOf(errors);
    }

    static CheckResult of(CheckedObjects objects, QuotaKind... quotas) {
        int count = objects.objectCount();
        return new CheckResult(
                objects.errors().isEmpty() && objects.entries().stream().allMatch(entry -> entry.error() == null),
                count,
                Stream.of(quotas).collect(Collectors.toMap(quota -> quota, _ -> count)),
                objects.entries(),
                objects.errors());
    }

    /**
     * The result of validating one entry.
     *
     * @param object in canonical form; absent if the entry is invalid
     * @param domain domain of the account that covers the object
     * @param sameAs index of an earlier entry with the same object; the object counts once
     * @param error reason for which the entry is invalid
     */
    @Schema(name = "CheckedEntry")
    public record CheckedEntry(
            @Schema(example = "https://www.example.com/a.png") @Nullable
            String object,

            @Nullable String domain,
            @Nullable Integer sameAs,

            @Schema(example = "starts with neither http:// nor https://") @Nullable
            String error) {}
}

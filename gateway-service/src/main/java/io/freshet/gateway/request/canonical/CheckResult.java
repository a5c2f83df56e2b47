package io.freshet.gateway.request.canonical;

import io.freshet.contracts.QuotaKind;
import io.freshet.gateway.problem.Violation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of validating a request without accepting it.
 *
 * @param acceptable whether the request is valid, and every node can purge by its type; quotas are not checked
 * @param objectCount distinct objects of the request; a tag is one in each domain
 * @param charges cost of the request by quota
 * @param entries one for each entry of {@code objects}, in its order, up to the number that is allowed; for everything,
 *     one for each domain
 * @param pushEntries the same for {@code thenPush.objects}; null if the request has none
 * @param errors violations of the request as a whole
 */
@Schema(name = "Checked")
public record CheckResult(
        boolean acceptable,
        int objectCount,
        Map<QuotaKind, Integer> charges,
        List<CheckedEntry> entries,
        @Nullable List<CheckedEntry> pushEntries,
        List<Violation> errors) {

    public CheckResult {
        charges = Map.copyOf(charges);
        entries = List.copyOf(entries);
        pushEntries = pushEntries == null ? null : List.copyOf(pushEntries);
        errors = List.copyOf(errors);
    }

    static CheckResult of(CheckedObjects objects, QuotaKind... quotas) {
        int count = objects.objectCount();
        return new CheckResult(
                objects.isValid(),
                count,
                Stream.of(quotas).collect(Collectors.toMap(quota -> quota, _ -> count)),
                objects.entries(),
                null,
                objects.errors());
    }

    /** Returns the result of a refresh with the objects of the push that follows it. */
    CheckResult with(CheckedObjects pushed) {
        Map<QuotaKind, Integer> both = new EnumMap<>(charges);
        both.put(QuotaKind.PUSH, pushed.objectCount());
        return new CheckResult(
                acceptable && pushed.isValid(),
                objectCount,
                both,
                entries,
                pushed.entries(),
                Stream.concat(errors.stream(), pushed.errors().stream()).toList());
    }

    /** Returns the result of a request that is refused as a whole for this reason, too. */
    CheckResult with(Violation violation) {
        return new CheckResult(
                false,
                objectCount,
                charges,
                entries,
                pushEntries,
                Stream.concat(errors.stream(), Stream.of(violation)).toList());
    }

    /**
     * The result of validating one entry.
     *
     * @param object in canonical form; a tag without its domain if there are several; absent if the entry is invalid
     * @param domain domain of the account that covers the object; absent for a tag in several domains
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

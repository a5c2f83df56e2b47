package io.freshet.gateway.request;

import io.freshet.contracts.QuotaKind;
import io.freshet.gateway.problem.Fault;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request.
 *
 * @param acceptable whether nothing is wrong with it; quotas are not looked at
 * @param objectCount different objects that it names
 * @param charges what it would cost, by quota
 * @param entries one per entry of {@code objects}, in its order
 * @param errors what is wrong with the whole
 */
@Schema(name = "Checked")
public record Checked(
        boolean acceptable, int objectCount, Map<QuotaKind, Integer> charges, List<Entry> entries, List<Fault> errors) {

    public Checked {
        charges = Map.copyOf(charges);
        entries = List.copyOf(entries);
        errors = List.copyOf(errors);
    }

    static Checked of(CheckedObjects objects, QuotaKind... quotas) {
        int count = objects.objectCount();
        return new Checked(
                objects.errors().isEmpty() && objects.entries().stream().allMatch(entry -> entry.fault() == null),
                count,
                Stream.of(quotas).collect(Collectors.toMap(quota -> quota, _ -> count)),
                objects.entries(),
                objects.errors());
    }

    /**
     * One entry.
     *
     * @param object in canonical form; absent if it has none
     * @param domain of the account that covers it
     * @param sameAs the index of the entry that named the same object before; they count once
     * @param fault why it would be refused
     */
    @Schema(name = "CheckedEntry")
    public record Entry(
            @Schema(example = "https://www.example.com/a.png") @Nullable
            String object,

            @Nullable String domain,
            @Nullable Integer sameAs,

            @Schema(example = "starts with neither http:// nor https://") @Nullable
            String fault) {}
}

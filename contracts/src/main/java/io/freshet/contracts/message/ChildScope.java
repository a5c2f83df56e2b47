package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which children of manifests a push may add: what a playlist, a DASH presentation or a sitemap names.
 *
 * @param domains names of the account's domains, also {@code *.name}; no other URL is fetched
 * @param maxUrlBytes longest URL in canonical form
 * @param limit children that the manifests of this command may still add, together with theirs; null for as many as the
 *     worker allows
 * @param ancestors URLs of the manifests that led to this command, the first one first
 */
public record ChildScope(
        List<String> domains,
        int maxUrlBytes,
        @Nullable Integer limit,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> ancestors) {

    public ChildScope {
        domains = domains == null ? List.of() : List.copyOf(domains);
        ancestors = ancestors == null ? List.of() : List.copyOf(ancestors);
    }

    /** The scope of a push that the account asked for. */
    public ChildScope(List<String> domains, int maxUrlBytes) {
        this(domains, maxUrlBytes, null, List.of());
    }
}

package io.freshet.gateway.batch;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.Sha256;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.batch.OnError;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.canonical.CanonicalPush;
import io.freshet.gateway.request.canonical.CanonicalRefresh;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.canonical.PushOptions;
import io.freshet.gateway.request.object.LimitProperties;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Options of a batch.
 *
 * @param domain of tags; null for all of the account's domains and for all other types, which leaves it out of the hash
 * @param soft of a refresh
 * @param push of a push; null for a refresh
 */
record BatchOptions(
        TaskKind kind,
        Selector type,
        OnError onError,
        @Nullable String domain,
        boolean soft,
        @Nullable PushOptions push) {

    /** Objects of a task that no limit raises. */
    private static final int MAX_TASK = 1_000;

    BatchOptions {
        if (kind == TaskKind.PUSH && type != Selector.URL) {
            throw ProblemException.invalid(Violation.parameter("type", "must be url for a push"));
        }
        if (type == Selector.EVERYTHING) {
            throw ProblemException.invalid(Violation.parameter(
                    "type", "must not be everything, which has no objects to list; use POST /v1/refreshes for it"));
        }
        if (domain != null && type != Selector.TAG) {
            throw ProblemException.invalid(Violation.parameter(
                    "domain", "is an option of type tag; the lines of type " + type + " name their hosts themselves"));
        }
        if (kind == TaskKind.PUSH && soft) {
            throw ProblemException.invalid(Violation.parameter("soft", "is an option of refreshes"));
        }
    }

    /** Returns the objects of the largest task. */
    int maxObjects(LimitProperties limits) {
        return Math.min(MAX_TASK, push == null ? limits.maxObjects(type) : limits.maxPushes());
    }

    /** Returns the daily quota that the batch is charged to. */
    int quota(Account account) {
        return request("", List.of()).quota(account);
    }

    /** Returns the request of a task. */
    CanonicalRequest request(String domain, List<String> objects) {
        SequencedMap<String, List<String>> byDomain = new LinkedHashMap<>(Map.of(domain, objects));
        return push == null
                ? new CanonicalRefresh(type, byDomain, soft, null, new LinkedHashMap<>(), null)
                : new CanonicalPush(byDomain, push);
    }

    /** Returns a hash: batches with other options have other hashes, and so has any other request. */
    String hash() {
        return Sha256.hex(JsonMapping.mapper().writeValueAsBytes(List.of("batch", this)));
    }
}

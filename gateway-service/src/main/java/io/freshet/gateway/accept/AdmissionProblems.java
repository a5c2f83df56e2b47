package io.freshet.gateway.accept;

import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Problems of requests that task-service has refused. */
public final class AdmissionProblems {

    private AdmissionProblems() {}

    /** Returns the problem of a key that belongs to another request. */
    public static ProblemException keyReused(IdempotencyConflict conflict) {
        return ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "The key was used with another request body. It cannot be reused before it expires.")
                .with(Map.of("requestId", conflict.requestId(), "keyExpiresAt", conflict.keyExpiresAt()));
    }

    /** Returns the problem of a request that needs more than the day's quota has left. */
    public static ProblemException overQuota(QuotaExceeded excess, Instant now) {
        return ProblemException.of(
                        ProblemType.QUOTA_EXCEEDED,
                        "The request needs " + excess.requested() + " and " + excess.remaining() + " are left today.")
                .with(Map.of(
                        "quota", excess.quota(),
                        "limit", excess.limit(),
                        "used", excess.used(),
                        "requested", excess.requested(),
                        "remaining", excess.remaining(),
                        "resetsAt", excess.resetsAt()))
                .retryAfter(Duration.between(now, excess.resetsAt()))
                .headers(RateLimitHeaders.of(excess.limit(), excess.remaining(), excess.resetsAt(), now));
    }

    /** Returns the problem of an account that has used up the requests of this minute. */
    public static ProblemException overRateLimit(RateExceeded excess, Instant now) {
        return ProblemException.of(
                        ProblemType.RATE_LIMITED,
                        "The account has made its " + excess.requestsPerMinute() + " requests of this minute.")
                .with(Map.of("limit", excess.requestsPerMinute(), "resetsAt", excess.resetsAt()))
                .retryAfter(Duration.between(now, excess.resetsAt()))
                .headers(RateLimitHeaders.of(excess.requestsPerMinute(), 0, excess.resetsAt(), now));
    }
}

package io.freshet.gateway.inspect;

import io.freshet.contracts.message.InspectUrl;
import io.freshet.contracts.message.UrlInspected;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.limit.SharedLimit;
import io.freshet.gateway.limit.SharedLimit.Acquisition;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Inspections of URLs: asks the purge-workers, which alone connect to nodes, over Kafka (see docs/adr/0047). */
@Component
class UrlInspections {

    /** A worker answers within its probe timeout; the rest is for Kafka and for a change of the responsible worker. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int MAX_IN_PROGRESS = 16;
    private static final int MAX_PER_ACCOUNT = 4;

    private final InspectionPublisher publisher;
    private final InspectionReplies replies;
    private final BlockingWork blockingWork;
    private final Clock clock;
    private final SharedLimit inProgress = new SharedLimit(MAX_IN_PROGRESS, MAX_PER_ACCOUNT);

    UrlInspections(InspectionPublisher publisher, InspectionReplies replies, BlockingWork blockingWork, Clock clock) {
        this.publisher = publisher;
        this.replies = replies;
        this.blockingWork = blockingWork;
        this.clock = clock;
    }

    /**
     * Asks the nodes.
     *
     * @param origin whether to ask the origin, too
     * @return what each node holds; a 429 or 503 problem if too many inspections are in progress or none answers
     */
    Mono<UrlInspected> inspect(String account, String url, boolean origin) {
        return Mono.defer(() -> {
            acquire(account);
            return ask(new InspectUrl(UUID.randomUUID(), account, url, origin, clock.instant()))
                    .doFinally(_ -> inProgress.release(account, 1));
        });
    }

    private void acquire(String account) {
        Acquisition acquisition = inProgress.tryAcquire(account, 1);
        if (acquisition == Acquisition.SHARE_EXHAUSTED) {
            throw ProblemException.of(
                            ProblemType.RATE_LIMITED,
                            "The account has " + MAX_PER_ACCOUNT
                                    + " inspections in progress. Retry when they are answered.")
                    .retryAfter(RETRY_AFTER);
        }
        if (acquisition == Acquisition.EXHAUSTED) {
            throw ProblemException.unavailable("Too many inspections are in progress. Retry later.", RETRY_AFTER);
        }
    }

    private Mono<UrlInspected> ask(InspectUrl question) {
        Mono<UrlInspected> reply = replies.expect(question.id());
        return blockingWork
                .run(Mono.empty(), _ -> {
                    publisher.publish(question);
                    return question;
                })
                .flatMap(_ -> reply)
                .timeout(TIMEOUT)
                .onErrorMap(TimeoutException.class, _ -> unanswered())
                .doFinally(_ -> replies.forget(question.id()));
    }

    private static ProblemException unanswered() {
        return ProblemException.unavailable(
                "No purge-worker has answered within " + TIMEOUT.toSeconds() + " s. Retry later.", RETRY_AFTER);
    }
}

package io.freshet.gateway.auth;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Limit of the requests to the issuer of JSON Web Tokens. Each token with an unknown key id leads to one, also those
 * that an attacker makes up.
 */
final class IssuerRequests implements ExchangeFilterFunction {

    static final Duration AFTER_SUCCESS = Duration.ofSeconds(5);
    static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier nanoTime;
    private final AtomicLong keysReadAt = new AtomicLong(NEVER);
    private final AtomicLong failedAt = new AtomicLong(NEVER);

    IssuerRequests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The keys were read just before, so that another read is refused. They lack the key of a token. */
    static final class KeysReadRecentlyException extends RuntimeException {

        KeysReadRecentlyException() {
            super("the keys were read less than " + AFTER_SUCCESS.toSeconds() + " s ago", null, false, false);
        }
    }

    /** The issuer did not answer the last request. */
    static final class IssuerFailedRecentlyException extends RuntimeException {

        IssuerFailedRecentlyException() {
            super("the issuer did not answer less than " + AFTER_FAILURE.toSeconds() + " s ago", null, false, false);
        }
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.defer(() -> {
            boolean isDiscovery = request.url().getPath().contains("/.well-known/");
            if (!isDiscovery && isWithin(keysReadAt, AFTER_SUCCESS)) {
                return Mono.error(new KeysReadRecentlyException());
            }
            if (isWithin(failedAt, AFTER_FAILURE)) {
                return Mono.error(new IssuerFailedRecentlyException());
            }
            return next.exchange(request)
                    .doOnNext(response -> {
                        if (response.statusCode().is5xxServerError()) {
                            failedAt.set(nanoTime.getAsLong());
                        } else if (!isDiscovery && response.statusCode().is2xxSuccessful()) {
                            keysReadAt.set(nanoTime.getAsLong());
                        }
                    })
                    .doOnError(_ -> failedAt.set(nanoTime.getAsLong()));
        });
    }

    private boolean isWithin(AtomicLong time, Duration duration) {
        long then = time.get();
        return then != NEVER && nanoTime.getAsLong() - then < duration.toNanos();
    }
}

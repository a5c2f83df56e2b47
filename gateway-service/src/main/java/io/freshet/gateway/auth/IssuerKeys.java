package io.freshet.gateway.auth;

import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Public keys of the issuer of JSON Web Tokens, found by OpenID Connect discovery and kept in memory. They are read
 * when the first token needs them, so that the gateway starts without the issuer.
 */
final class IssuerKeys {

    /** Age from which the keys are read again, so that a key that the issuer has withdrawn is refused. */
    static final Duration REFRESH_AFTER = Duration.ofMinutes(5);
    /** Age up to which the keys are used while the issuer does not answer. */
    static final Duration MAX_AGE = Duration.ofMinutes(15);
    /** Shortest time between reads for unknown key ids, which anybody can make up. */
    static final Duration MIN_INTERVAL = Duration.ofSeconds(5);
    /** Time without requests after one that failed. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ParameterizedTypeReference<Map<String, Object>> METADATA =
            new ParameterizedTypeReference<>() {};

    private final String issuer;
    private final WebClient http;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Mono<JWKSet>> inFlight = new AtomicReference<>();
    private volatile @Nullable ReadKeys current;
    private volatile @Nullable Long failedAt;

    IssuerKeys(URI issuer, WebClient http, LongSupplier nanoTime) {
        this.issuer = issuer.toString();
        this.http = http;
        this.nanoTime = nanoTime;
    }

    private record ReadKeys(JWKSet keys, long readAt) {}

    /** The issuer's keys cannot be read. */
    static final class UnavailableKeysException extends RuntimeException {

        UnavailableKeysException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Returns the keys: those in memory, or fresh ones if these are too old or lack a key.
     *
     * @param keyId id of a key that a token names
     * @return the keys, with which the key may be missing; or {@link UnavailableKeysException}
     */
    Mono<JWKSet> get(@Nullable String keyId) {
        return Mono.defer(() -> {
            ReadKeys last = current;
            if (last == null || isPast(last.readAt, MAX_AGE)) {
                return read();
            }
            boolean isUnknown = keyId != null && last.keys.getKeyByKeyId(keyId) == null;
            if (isUnknown && isPast(last.readAt, MIN_INTERVAL)) {
                return read();
            }
            if (isPast(last.readAt, REFRESH_AFTER)) {
                read().subscribe(_ -> {}, _ -> {});
            }
            return Mono.just(last.keys);
        });
    }

    /** Reads the keys. Callers share a read in progress, and a failure is not followed by another read at once. */
    private Mono<JWKSet> read() {
        Long failed = failedAt;
        if (failed != null && !isPast(failed, RETRY_INTERVAL)) {
            return Mono.error(new UnavailableKeysException("the issuer did not answer a moment ago"));
        }
        Mono<JWKSet> fresh = request()
                .timeout(TIMEOUT)
                .doOnNext(this::keep)
                .onErrorMap(this::failed)
                .cache();
        Mono<JWKSet> other = inFlight.compareAndExchange(null, fresh);
        return other == null ? fresh : other;
    }

    private Mono<JWKSet> request() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return http.get()
                .uri(URI.create(base + "/.well-known/openid-configuration"))
                .retrieve()
                .bodyToMono(METADATA)
                .map(this::keysUri)
                .flatMap(uri -> http.get().uri(uri).retrieve().bodyToMono(String.class))
                .map(IssuerKeys::parse)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("an answer has no body")));
    }

    /** Requires the issuer's name in the metadata, as OpenID Connect Discovery 4.3 does. */
    private URI keysUri(Map<String, Object> metadata) {
        if (!issuer.equals(metadata.get("issuer"))) {
            throw new IllegalStateException("its metadata is of the issuer " + metadata.get("issuer")
                    + "; set freshet.gateway.jwt.issuer-uri to that if it is the right one");
        }
        if (!(metadata.get("jwks_uri") instanceof String uri)) {
            throw new IllegalStateException("its metadata has no jwks_uri");
        }
        return URI.create(uri);
    }

    private static JWKSet parse(String body) {
        try {
            return JWKSet.parse(body).toPublicJWKSet();
        } catch (ParseException e) {
            throw new IllegalStateException("its keys are not a JSON Web Key Set", e);
        }
    }

    private void keep(JWKSet keys) {
        current = new ReadKeys(keys, nanoTime.getAsLong());
        if (failedAt != null) {
            log.info("read {} keys of the issuer {} again", keys.size(), issuer);
        }
        failedAt = null;
        inFlight.set(null);
    }

    private UnavailableKeysException failed(Throwable error) {
        String reason =
                Objects.requireNonNullElse(error.getMessage(), error.getClass().getSimpleName());
        if (failedAt == null) {
            log.warn(
                    "cannot read the keys of the issuer {}: {}. JSON Web Tokens get 503 while no keys younger than {}"
                            + " minutes are known",
                    issuer,
                    reason,
                    MAX_AGE.toMinutes());
        }
        failedAt = nanoTime.getAsLong();
        inFlight.set(null);
        return new UnavailableKeysException(reason);
    }

    private boolean isPast(long time, Duration duration) {
        return nanoTime.getAsLong() - time >= duration.toNanos();
    }
}

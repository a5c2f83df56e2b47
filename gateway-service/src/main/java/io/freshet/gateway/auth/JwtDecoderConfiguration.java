package io.freshet.gateway.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.SignedJWT;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;

/** Decoder of JSON Web Tokens, if there is an issuer. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("freshet.gateway.jwt.issuer-uri")
class JwtDecoderConfiguration {

    /** Only asymmetric ones: with a symmetric one, the issuer's public key could sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Arrays.stream(SignatureAlgorithm.values())
            .map(algorithm -> JWSAlgorithm.parse(algorithm.getName()))
            .collect(Collectors.toUnmodifiableSet());

    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    @Bean
    ReactiveJwtDecoder jwtDecoder(JwtProperties properties, WebClient.Builder client, Clock clock) {
        URI issuer = Objects.requireNonNull(properties.issuerUri());
        IssuerKeys keys = new IssuerKeys(issuer, http(client), System::nanoTime);
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withJwkSource(jwt -> keysFor(jwt, keys))
                .jwtProcessorCustomizer(processor -> processor.setJWSKeySelector(
                        new JWSVerificationKeySelector<>(ALGORITHMS, new JWKSecurityContextJWKSet())))
                .build();
        decoder.setJwtValidator(validator(issuer.toString(), properties.audience(), clock));
        return decoder;
    }

    /** A token that no key of the issuer can have signed must not lead to a request to the issuer. */
    private static Flux<JWK> keysFor(SignedJWT jwt, IssuerKeys keys) {
        return ALGORITHMS.contains(jwt.getHeader().getAlgorithm())
                ? keys.get(jwt.getHeader().getKeyID()).flatMapIterable(set -> set.getKeys())
                : Flux.empty();
    }

    /** Keys are read every few minutes, so that a kept connection would be a closed one. */
    private static WebClient http(WebClient.Builder client) {
        return client.clone()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.newConnection()
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .responseTimeout(RESPONSE_TIMEOUT)))
                .build();
    }

    private static OAuth2TokenValidator<Jwt> validator(String issuer, String audience, Clock clock) {
        JwtTypeValidator type = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
        type.setAllowEmpty(true);
        JwtTimestampValidator timestamps = new JwtTimestampValidator(CLOCK_SKEW);
        timestamps.setClock(clock);
        // A token without an expiry could only be revoked with its key.
        timestamps.setAllowEmptyExpiryClaim(false);
        return new DelegatingOAuth2TokenValidator<>(
                type, new JwtIssuerValidator(issuer), new JwtAudienceValidator(audience), timestamps);
    }
}

package io.freshet.gateway.auth;

import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/**
 * Decoder of JSON Web Tokens, if there is an issuer. It reads the issuer's keys when the first token comes, so that the
 * gateway starts without the issuer.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("freshet.gateway.jwt.issuer-uri")
class JwtDecoderConfiguration {

    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    @Bean
    ReactiveJwtDecoder jwtDecoder(JwtProperties properties) {
        String issuer = issuer(properties).toString();
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withIssuerLocation(issuer)
                .webClient(WebClient.builder()
                        .clientConnector(new ReactorClientHttpConnector(HttpClient.create()
                                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                                .responseTimeout(RESPONSE_TIMEOUT)))
                        .filter(new IssuerRequests(System::nanoTime))
                        .build())
                // All asymmetric ones: with a symmetric one, the issuer's public key would sign.
                .jwsAlgorithms(algorithms -> algorithms.addAll(List.of(SignatureAlgorithm.values())))
                .build();
        decoder.setJwtValidator(validator(issuer, properties.audience()));
        return decoder;
    }

    private static URI issuer(JwtProperties properties) {
        return Objects.requireNonNull(properties.issuerUri());
    }

    private static OAuth2TokenValidator<Jwt> validator(String issuer, String audience) {
        JwtTypeValidator type = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
        type.setAllowEmpty(true);
        return new DelegatingOAuth2TokenValidator<>(
                type,
                new JwtIssuerValidator(issuer),
                new JwtAudienceValidator(audience),
                new JwtClaimValidator<Object>(JwtClaimNames.EXP, Objects::nonNull),
                new JwtTimestampValidator(CLOCK_SKEW));
    }
}

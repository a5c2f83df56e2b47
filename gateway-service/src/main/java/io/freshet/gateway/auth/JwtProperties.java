package io.freshet.gateway.auth;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of JSON Web Tokens, which are accepted beside the accounts' own tokens if there is an issuer.
 *
 * @param issuerUri issuer of the tokens as in their claim {@code iss}; its keys are found by OpenID Connect discovery. If
 *     absent, no JSON Web Token is accepted.
 * @param audience what the claim {@code aud} must contain. Required with issuer-uri, so that a token that was issued for
 *     another service is refused.
 * @param accountClaim claim with the id of the account
 * @param scopeClaim claim with the scopes {@code read}, {@code refresh}, {@code push} and {@code operate}, in a text with
 *     spaces or in a list; others are ignored
 */
@ConfigurationProperties("freshet.gateway.jwt")
record JwtProperties(
        @Nullable URI issuerUri,
        @DefaultValue("") String audience,
        @DefaultValue("freshet_account") String accountClaim,
        @DefaultValue("scope") String scopeClaim) {

    JwtProperties {
        if (issuerUri != null && (!issuerUri.isAbsolute() || audience.isBlank())) {
            throw new IllegalArgumentException("freshet.gateway.jwt: issuer-uri must be an absolute URL, and audience"
                    + " must name this gateway as the issuer does in the claim aud");
        }
    }
}

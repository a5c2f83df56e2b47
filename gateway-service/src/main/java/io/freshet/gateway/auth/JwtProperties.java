package io.freshet.gateway.auth;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of JSON Web Tokens, which are accepted beside the accounts' own tokens if there is an issuer.
 *
 * @param issuerUri Issuer of the JSON Web Tokens, written exactly as in their claim iss: an http or https URL, below
 *     which OpenID Connect discovery finds the keys. If absent, no JSON Web Token is accepted.
 * @param audience Value that the claim aud must contain. Required with issuer-uri, so that tokens for other services
 *     are refused.
 * @param accountClaim Claim with the id of the account.
 * @param scopeClaim Claim with the scopes read, refresh, push and operate, separated by spaces or in a list; others are
 *     ignored.
 */
@ConfigurationProperties("freshet.gateway.jwt")
record JwtProperties(
        @Nullable URI issuerUri,
        @DefaultValue("") String audience,
        @DefaultValue("freshet_account") String accountClaim,
        @DefaultValue("scope") String scopeClaim) {

    JwtProperties {
        if (issuerUri != null && (!isHttp(issuerUri) || audience.isBlank())) {
            throw new IllegalArgumentException("freshet.gateway.jwt: issuer-uri (" + issuerUri
                    + ") must be an http or https URL without query and fragment, and audience (" + audience
                    + ") must be set to what the issuer writes into the claim aud for this gateway");
        }
        if (accountClaim.isBlank() || scopeClaim.isBlank()) {
            throw new IllegalArgumentException("freshet.gateway.jwt: account-claim (" + accountClaim
                    + ") and scope-claim (" + scopeClaim + ") must not be blank; remove them to use the defaults");
        }
    }

    private static boolean isHttp(URI uri) {
        return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }
}

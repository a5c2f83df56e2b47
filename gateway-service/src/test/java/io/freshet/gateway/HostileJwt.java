package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** JSON Web Tokens that differ from a valid one of the issuer in one respect, with a part of the refusal's detail. */
enum HostileJwt {
    OTHER_ISSUER("of another issuer") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).issuer("http://localhost:1"));
        }
    },
    WITHOUT_ISSUER("of another issuer") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).issuer(null));
        }
    },
    OTHER_AUDIENCE("aud claim") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).audience("another-service"));
        }
    },
    WITHOUT_AUDIENCE("aud claim") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).audience((String) null));
        }
    },
    EXPIRED("expired at") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).expirationTime(in(-31)));
        }
    },
    WITHOUT_EXPIRY("exp is required") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).expirationTime(null));
        }
    },
    NOT_YET_VALID("used before") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).notBeforeTime(in(60)));
        }
    },
    ALGORITHM_NONE("not signed") {
        @Override
        String of(TokenIssuer issuer) {
            return new PlainJWT(claims(issuer).build()).serialize();
        }
    },
    ALGORITHM_NONE_WITH_SIGNATURE("has the form") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            String none = base64("{\"alg\":\"none\"}");
            return none + valid(issuer).substring(valid(issuer).indexOf('.'));
        }
    },
    /** The public key, which everybody knows, is the secret. */
    HS256_WITH_PUBLIC_KEY("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(
                    header(JWSAlgorithm.HS256, issuer.key()),
                    claims(issuer),
                    new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
        }
    },
    /** The same with the other form of the key. */
    HS256_WITH_PUBLIC_KEY_SET("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(
                    header(JWSAlgorithm.HS256, issuer.key()),
                    claims(issuer),
                    new MACSigner(issuer.key().toPublicJWK().toJSONString().getBytes(UTF_8)));
        }
    },
    SIGNED_BY_ANOTHER_KEY("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(
                    header(JWSAlgorithm.RS256, issuer.key()), claims(issuer), new RSASSASigner(TokenIssuer.newKey()));
        }
    },
    KEY_THAT_IS_NOT_THE_ISSUERS("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            RSAKey own = TokenIssuer.newKey();
            return sign(header(JWSAlgorithm.RS256, own), claims(issuer), new RSASSASigner(own));
        }
    },
    KEY_IN_THE_HEADER("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            RSAKey own = TokenIssuer.newKey();
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .jwk(own.toPublicJWK())
                    .build();
            return sign(header, claims(issuer), new RSASSASigner(own));
        }
    },
    CHANGED_CLAIMS("asymmetric algorithm") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            String[] valid = valid(issuer).split("\\.");
            return valid[0]
                    + '.'
                    + base64(claims(issuer).subject("somebody").build().toString())
                    + '.'
                    + valid[2];
        }
    },
    WITHOUT_SIGNATURE("has the form") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            String valid = valid(issuer);
            return valid.substring(0, valid.lastIndexOf('.') + 1);
        }
    },
    OF_ANOTHER_TYPE("typ") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID(issuer.key().getKeyID())
                    .type(new JOSEObjectType("logout+jwt"))
                    .build();
            return sign(header, claims(issuer), new RSASSASigner(issuer.key()));
        }
    },
    WITHOUT_ACCOUNT("no claim freshet_account") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).claim("freshet_account", null));
        }
    },
    ACCOUNT_IS_A_LIST("no claim freshet_account") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).claim("freshet_account", java.util.List.of("acme", "other")));
        }
    },
    UNKNOWN_ACCOUNT("does not exist") {
        @Override
        String of(TokenIssuer issuer) throws Exception {
            return sign(issuer, claims(issuer).claim("freshet_account", "nobody"));
        }
    },
    MALFORMED("has the form") {
        @Override
        String of(TokenIssuer issuer) {
            return "a.b.c";
        }
    };

    final String detail;

    HostileJwt(String detail) {
        this.detail = detail;
    }

    abstract String of(TokenIssuer issuer) throws Exception;

    /** Returns the valid token from which the others differ. */
    static String valid(TokenIssuer issuer) throws JOSEException {
        return sign(issuer, claims(issuer));
    }

    private static JWTClaimsSet.Builder claims(TokenIssuer issuer) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer.uri())
                .subject("ci")
                .audience(TokenIssuer.AUDIENCE)
                .issueTime(in(-600))
                .expirationTime(in(300))
                .claim("scope", "read refresh")
                .claim("freshet_account", "acme");
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String sign(TokenIssuer issuer, JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(header(JWSAlgorithm.RS256, issuer.key()), claims, new RSASSASigner(issuer.key()));
    }

    private static JWSHeader header(JWSAlgorithm algorithm, RSAKey key) {
        return new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
    }

    private static String sign(JWSHeader header, JWTClaimsSet.Builder claims, JWSSigner signer) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}

package io.freshet.gateway.aliyun.signature;

import static io.freshet.gateway.aliyun.signature.SignatureEncoding.canonical;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.Sha256;
import io.freshet.fleet.account.AccessKey;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Signature ACS3-HMAC-SHA256: a header, over the method, the query, the body and the headers that it lists. Other
 * headers are ignored.
 *
 * @param headers the signed headers, in the order of the signature
 */
record Acs3Signature(AliyunRequest request, String accessKeyId, SequencedMap<String, String> headers, String signature)
        implements Signature {

    private static final String ALGORITHM = "ACS3-HMAC-SHA256";
    private static final String DATE = "x-acs-date";
    private static final String NONCE = "x-acs-signature-nonce";
    private static final String BODY_HASH = "x-acs-content-sha256";

    static Acs3Signature of(AliyunRequest request, String authorization) {
        if (!authorization.startsWith(ALGORITHM + ' ')) {
            throw Signature.incomplete("the algorithm is not " + ALGORITHM);
        }
        Map<String, String> parts = parts(authorization.substring(ALGORITHM.length() + 1));
        SequencedMap<String, String> headers = headers(request, part(parts, "SignedHeaders"));
        for (String name : new String[] {DATE, NONCE}) {
            if (headers.getOrDefault(name, "").isEmpty()) {
                throw Signature.incomplete(name + " is missing or not signed");
            }
        }
        return new Acs3Signature(request, part(parts, "Credential"), headers, part(parts, "Signature"));
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        return parts;
    }

    private static String part(Map<String, String> parts, String name) {
        String part = parts.get(name);
        if (part == null || part.isEmpty()) {
            throw Signature.incomplete("the Authorization header has no " + name);
        }
        return part;
    }

    private static SequencedMap<String, String> headers(AliyunRequest request, String names) {
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        for (String name : names.toLowerCase(Locale.ROOT).split(";")) {
            String value = request.header(name);
            if (value == null) {
                throw Signature.incomplete("the header " + name + " is signed but missing");
            }
            headers.put(name, value.strip());
        }
        return headers;
    }

    @Override
    public String date() {
        return headers.getOrDefault(DATE, "");
    }

    @Override
    public String nonce() {
        return headers.getOrDefault(NONCE, "");
    }

    @Override
    public boolean isMadeWith(AccessKey key) {
        String bodyHash = Sha256.hex(request.body());
        StringBuilder canonical = new StringBuilder(request.method())
                .append("\n/\n")
                .append(canonical(request.query(), _ -> true))
                .append('\n');
        headers.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        canonical
                .append('\n')
                .append(String.join(";", headers.keySet()))
                .append('\n')
                .append(bodyHash);
        String text = ALGORITHM + '\n' + Sha256.hex(canonical.toString().getBytes(UTF_8));
        byte[] expected = HexFormat.of().formatHex(key.hmacSha256(text)).getBytes(US_ASCII);
        return MessageDigest.isEqual(expected, signature.getBytes(US_ASCII))
                & headers.getOrDefault(BODY_HASH, bodyHash).equals(bodyHash);
    }

    @Override
    public @Nullable String action() {
        return signed("x-acs-action", "Action");
    }

    @Override
    public @Nullable String version() {
        return signed("x-acs-version", "Version");
    }

    private @Nullable String signed(String header, String parameter) {
        String value = headers.get(header);
        return value != null ? value : parameters().get(parameter);
    }

    @Override
    public AliyunParameters parameters() {
        return request.parameters();
    }
}

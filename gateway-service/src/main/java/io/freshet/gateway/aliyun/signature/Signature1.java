package io.freshet.gateway.aliyun.signature;

import static io.freshet.gateway.aliyun.signature.Encoding.canonical;
import static io.freshet.gateway.aliyun.signature.Encoding.encoded;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.fleet.AccessKey;
import io.freshet.gateway.aliyun.call.Parameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signature version 1.0, HMAC-SHA1: itself a parameter, over all the others, be they in the query or in the form. Nothing else of the request
 * is signed, and so no header counts.
 */
record Signature1(String method, Parameters parameters) implements Signature {

    private static final String SIGNATURE = "Signature";

    static Signature1 of(AliyunRequest request) {
        Signature1 signature = new Signature1(request.method(), request.parameters());
        signature.requireOnly("SignatureMethod", "HMAC-SHA1");
        signature.requireOnly("SignatureVersion", "1.0");
        for (String name : new String[] {SIGNATURE, "AccessKeyId", "SignatureNonce", "Timestamp"}) {
            signature.required(name);
        }
        return signature;
    }

    private void requireOnly(String name, String value) {
        if (!required(name).equals(value)) {
            throw Signature.incomplete(name + " is not " + value);
        }
    }

    private String required(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw Signature.incomplete(name + " is missing");
        }
        return value;
    }

    @Override
    public String accessKeyId() {
        return required("AccessKeyId");
    }

    @Override
    public String date() {
        return required("Timestamp");
    }

    @Override
    public String nonce() {
        return required("SignatureNonce");
    }

    /** One SDK signs empty parameters, another sends them all the same. To us they are absent, so nobody gains by adding some. */
    @Override
    public boolean isMadeWith(AccessKey key) {
        Predicate<Map.Entry<String, String>> signed =
                parameter -> !parameter.getKey().equals(SIGNATURE);
        return isMadeWith(key, signed)
                | isMadeWith(key, signed.and(parameter -> !parameter.getValue().isEmpty()));
    }

    private boolean isMadeWith(AccessKey key, Predicate<Map.Entry<String, String>> signed) {
        String text = method + "&%2F&" + encoded(canonical(parameters, signed));
        byte[] expected = Base64.getEncoder().encode(key.hmacSha1("&", text));
        return MessageDigest.isEqual(expected, required(SIGNATURE).getBytes(US_ASCII));
    }

    @Override
    public @Nullable String action() {
        return parameters.get("Action");
    }

    @Override
    public @Nullable String version() {
        return parameters.get("Version");
    }
}

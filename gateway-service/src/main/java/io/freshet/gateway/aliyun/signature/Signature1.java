package io.freshet.gateway.aliyun.signature;

import static io.freshet.gateway.aliyun.signature.SignatureEncoding.canonical;
import static io.freshet.gateway.aliyun.signature.SignatureEncoding.encoded;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.fleet.account.AccessKey;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signature version 1.0, HMAC-SHA1: a parameter, over all other parameters of query and form. Nothing else is signed,
 * so all headers are ignored.
 */
record Signature1(String method, AliyunParameters parameters) implements Signature {

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

    /** Accepts signatures with and without empty parameters: SDKs differ, and empty parameters count as absent. */
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

package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/** Client that signs with ACS3-HMAC-SHA256 as Aliyun documents it, independently of the server's code. */
final class AliyunClient implements AutoCloseable {

    private final int port;
    private final String key;
    private final String secret;
    private final HttpClient http = HttpClient.newHttpClient();

    AliyunClient(int port, String key, String secret) {
        this.port = port;
        this.key = key;
        this.secret = secret;
    }

    record Answer(int status, JsonNode json, HttpResponse<String> response) {

        String code() {
            return json.path("Code").asString("");
        }

        String text(String name) {
            return json.path(name).asString("");
        }
    }

    Answer call(String action, Map<String, String> parameters) {
        return send(signed(action, parameters, UUID.randomUUID().toString()));
    }

    HttpRequest signed(String action, Map<String, String> parameters, String nonce) {
        String query = encoded(parameters);
        String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String nothing = sha256("");
        String headers = "x-acs-action:" + action + "\nx-acs-content-sha256:" + nothing + "\nx-acs-date:" + date
                + "\nx-acs-signature-nonce:" + nonce + "\nx-acs-version:2018-05-10\n";
        String names = "x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
        String canonical = "POST\n/\n" + query + "\n" + headers + "\n" + names + "\n" + nothing;
        String signature = HexFormat.of().formatHex(hmac("ACS3-HMAC-SHA256\n" + sha256(canonical)));
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/?" + query))
                .POST(BodyPublishers.noBody())
                .header("x-acs-action", action)
                .header("x-acs-content-sha256", nothing)
                .header("x-acs-date", date)
                .header("x-acs-signature-nonce", nonce)
                .header("x-acs-version", "2018-05-10")
                .header(
                        "Authorization",
                        "ACS3-HMAC-SHA256 Credential=" + key + ",SignedHeaders=" + names + ",Signature=" + signature)
                .build();
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), JsonMapping.mapper().readTree(response.body()), response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(Map<String, String> parameters) {
        return new TreeMap<>(parameters)
                .entrySet().stream()
                        .map(parameter -> encoded(parameter.getKey()) + '=' + encoded(parameter.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String sha256(String text) {
        return Sha256.hex(text.getBytes(UTF_8));
    }

    private byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

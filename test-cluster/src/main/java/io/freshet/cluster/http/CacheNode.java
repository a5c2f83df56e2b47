package io.freshet.cluster.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A cache server as the public sees it: connected to by address, asked by the page's own host. */
public final class CacheNode {

    static {
        // The JDK's client lets nobody set Host unless this is said before it is first used.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String id;
    private final URI address;

    public CacheNode(String id, URI address) {
        this.id = id;
        this.address = address;
    }

    public String id() {
        return id;
    }

    /** A page through this node, as long as a reader of a slow origin waits. */
    public Copy get(String url) {
        return get(url, URI.create(url).getRawAuthority());
    }

    /**
     * The same page, asked for with another spelling of its host.
     *
     * @param host value of the header
     */
    public Copy get(String url, String host) {
        return send(request(url, host));
    }

    /**
     * The same page, asked for with this {@code Accept-Encoding}. A compressed body is not decoded.
     *
     * @param accepted value of the header
     */
    public Copy getEncoded(String url, String accepted) {
        return send(request(url, URI.create(url).getRawAuthority()).header("Accept-Encoding", accepted));
    }

    private HttpRequest.Builder request(String url, String host) {
        URI page = URI.create(url);
        String query = page.getRawQuery();
        return HttpRequest.newBuilder(address.resolve(page.getRawPath() + (query == null ? "" : '?' + query)))
                .header("Host", host)
                .timeout(Duration.ofSeconds(60));
    }

    private Copy send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Copy(
                    answer.statusCode(),
                    answer.body().strip(),
                    answer.headers().firstValue("X-Cache").orElse("").startsWith("HIT"));
        } catch (IOException e) {
            throw new UncheckedIOException(id + " at " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return id;
    }

    /** Copy that a node served. */
    public record Copy(int status, String body, boolean hit) {

        public boolean isVersion(int version) {
            return version() == version;
        }

        /** 0 if it is not a page. */
        public int version() {
            return status == 200 && body.startsWith("version ") ? Integer.parseInt(body.split(" ")[1]) : 0;
        }
    }
}

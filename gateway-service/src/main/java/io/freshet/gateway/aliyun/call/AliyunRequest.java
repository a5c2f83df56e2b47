package io.freshet.gateway.aliyun.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has not been authenticated.
 *
 * @param headers headers by name in any case
 * @param query parameters of the request line
 * @param form parameters of the body; none unless the body is a form
 */
public record AliyunRequest(
        String method, Map<String, String> headers, AliyunParameters query, AliyunParameters form, byte[] body) {

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the parameters of query and form. */
    public AliyunParameters parameters() {
        return query.and(form);
    }
}

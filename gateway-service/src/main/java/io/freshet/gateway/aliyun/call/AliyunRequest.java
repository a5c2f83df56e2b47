package io.freshet.gateway.aliyun.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came.
 *
 * @param headers by name in any case
 * @param query the parameters of the request line
 * @param form those of the body; none unless the body is a form
 */
public record AliyunRequest(
        String method, Map<String, String> headers, Parameters query, Parameters form, byte[] body) {

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Those of the query and of the form. */
    public Parameters parameters() {
        return query.and(form);
    }
}

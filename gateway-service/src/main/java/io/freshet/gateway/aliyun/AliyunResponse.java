package io.freshet.gateway.aliyun;

import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A response body in Aliyun's spelling. */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
interface AliyunResponse {

    String requestId();

    /** Returns a new request id. */
    static String newRequestId() {
        return format(UUID.randomUUID());
    }

    /** Returns a request id in Aliyun's format. */
    static String format(UUID id) {
        return id.toString().toUpperCase(Locale.ROOT);
    }

    /** The response to a refused request. */
    record ErrorResponse(String requestId, String code, String message, String hostId) implements AliyunResponse {}
}

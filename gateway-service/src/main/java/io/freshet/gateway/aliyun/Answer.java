package io.freshet.gateway.aliyun;

import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** What is answered, in the vendor's spelling. */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
interface Answer {

    String requestId();

    /** The name of a request that has none yet. */
    static String newRequestId() {
        return written(UUID.randomUUID());
    }

    /** A request's name as the vendor writes it. */
    static String written(UUID id) {
        return id.toString().toUpperCase(Locale.ROOT);
    }

    /** Why nothing was done. */
    record Refusal(String requestId, String code, String message, String hostId) implements Answer {}
}

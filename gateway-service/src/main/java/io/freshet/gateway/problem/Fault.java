package io.freshet.gateway.problem;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request, and where. At most one of the places is set.
 *
 * @param pointer JSON pointer into the body, such as {@code /objects/3}; empty for the body itself
 * @param parameter name of a query parameter
 * @param header name of a request header
 * @param detail why it is wrong, for people
 */
@Schema(description = "One thing that is wrong with a request, and where")
public record Fault(
        @Schema(description = "JSON pointer into the body", example = "/objects/3") @Nullable
        String pointer,

        @Schema(description = "Name of a query parameter") @Nullable
        String parameter,

        @Schema(description = "Name of a request header") @Nullable
        String header,

        @Schema(example = "ftp:// is neither http:// nor https://")
        String detail) {

    public static Fault at(String pointer, String detail) {
        return new Fault(pointer, null, null, detail);
    }

    public static Fault parameter(String name, String detail) {
        return new Fault(null, name, null, detail);
    }

    public static Fault header(String name, String detail) {
        return new Fault(null, null, name, detail);
    }

    /** For a sentence. */
    public String place() {
        String place = parameter != null ? parameter : header != null ? header : pointer;
        return place == null || place.isEmpty() ? "the body" : place;
    }
}

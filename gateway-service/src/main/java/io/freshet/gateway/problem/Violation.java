package io.freshet.gateway.problem;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An invalid part of a request. At most one of pointer, parameter, header and line is set.
 *
 * @param pointer JSON pointer into the body, such as {@code /objects/3}; empty for the body itself
 * @param parameter name of a query parameter
 * @param header name of a request header
 * @param line number of a line of the body, from 1
 * @param detail reason, for people
 * @param kind reason, for the error codes of the Aliyun API; not sent to clients of this API
 */
@Schema(name = "Violation", description = "An invalid part of a request")
public record Violation(
        @Schema(description = "JSON pointer into the body", example = "/objects/3") @Nullable
        String pointer,

        @Schema(description = "Name of a query parameter") @Nullable
        String parameter,

        @Schema(description = "Name of a request header") @Nullable
        String header,

        @Schema(description = "Number of a line of the body", example = "17") @Nullable
        Integer line,

        @Schema(example = "ftp:// is neither http:// nor https://")
        String detail,

        @JsonIgnore @Schema(hidden = true) ViolationKind kind) {

    public static Violation at(String pointer, String detail) {
        return at(pointer, detail, ViolationKind.OTHER);
    }

    public static Violation at(String pointer, String detail, ViolationKind kind) {
        return new Violation(pointer, null, null, null, detail, kind);
    }

    public static Violation parameter(String name, String detail) {
        return parameter(name, detail, ViolationKind.OTHER);
    }

    public static Violation parameter(String name, String detail, ViolationKind kind) {
        return new Violation(null, name, null, null, detail, kind);
    }

    public static Violation header(String name, String detail) {
        return new Violation(null, null, name, null, detail, ViolationKind.OTHER);
    }

    public static Violation line(int number, String detail) {
        return new Violation(null, null, null, number, detail, ViolationKind.OTHER);
    }

    /** Returns the place as the subject of a sentence. */
    public String place() {
        if (line != null) {
            return "line " + line;
        }
        String place = parameter != null ? parameter : header != null ? header : pointer;
        return place == null || place.isEmpty() ? "the body" : place;
    }

    /** Returns the JSON pointer (RFC 6901) of a member. */
    public static String pointer(String parent, String name) {
        return parent + '/' + name.replace("~", "~0").replace("/", "~1");
    }
}

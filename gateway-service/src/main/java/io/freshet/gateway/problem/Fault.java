package io.freshet.gateway.problem;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request, and where. At most one of the places is set.
 *
 * @param pointer JSON pointer into the body, such as {@code /objects/3}; empty for the body itself
 * @param parameter name of a query parameter
 * @param header name of a request header
 * @param detail why it is wrong, for people
 * @param kind why it is wrong, for another front that has codes of its own for it; clients of this one never see it
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
        String detail,

        @JsonIgnore @Schema(hidden = true) Kind kind) {

    /** What other fronts tell apart. */
    public enum Kind {
        /** More objects than a request may have. */
        TOO_MANY,
        /** An object that is longer than one may be. */
        TOO_LONG,
        /** An object of a domain that is not the account's. */
        FOREIGN_DOMAIN,
        OTHER
    }

    public static Fault at(String pointer, String detail) {
        return at(pointer, detail, Kind.OTHER);
    }

    public static Fault at(String pointer, String detail, Kind kind) {
        return new Fault(pointer, null, null, detail, kind);
    }

    public static Fault parameter(String name, String detail) {
        return new Fault(null, name, null, detail, Kind.OTHER);
    }

    public static Fault header(String name, String detail) {
        return new Fault(null, null, name, detail, Kind.OTHER);
    }

    /** For a sentence. */
    public String place() {
        String place = parameter != null ? parameter : header != null ? header : pointer;
        return place == null || place.isEmpty() ? "the body" : place;
    }
}

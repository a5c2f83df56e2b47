package io.freshet.gateway.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.JsonMapping;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * Problem details of an error (RFC 9457).
 *
 * @param type stable, a URN
 * @param title the same for every problem of the type
 * @param detail reason of this occurrence, for people
 * @param instance id of this occurrence in the log file; only for internal errors
 * @param errors the invalid parts of the request
 * @param extensions further members by name
 */
@Schema(name = "Problem", description = "Problem details of an error (RFC 9457)")
public record Problem(
        @Schema(example = "urn:freshet:problem:invalid-request")
        URI type,

        @Schema(example = "The request is not valid") String title,
        @Schema(example = "400") int status,
        String detail,
        @Nullable URI instance,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Violation> errors,
        @JsonIgnore @Schema(hidden = true) Map<String, Object> extensions) {

    public static final MediaType MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON;

    public Problem {
        errors = List.copyOf(errors);
        extensions = Map.copyOf(extensions);
    }

    public static Problem of(ProblemType type, String detail) {
        return new Problem(type.uri(), type.title(), type.status(), detail, null, List.of(), Map.of());
    }

    Problem withInstance(URI name) {
        return new Problem(type, title, status, detail, name, errors, extensions);
    }

    @JsonAnyGetter
    Map<String, Object> members() {
        return extensions;
    }

    public byte[] toJson() {
        return JsonMapping.mapper().writeValueAsBytes(this);
    }
}

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
 * An error as RFC 9457 writes it.
 *
 * @param type stable, a URN
 * @param title the same for every problem of the type
 * @param detail what happened here, for people
 * @param instance names this occurrence in the log; only where the fault is ours
 * @param errors the entries that are to blame
 * @param extensions further members, by type
 */
@Schema(name = "Problem", description = "An error, as RFC 9457 writes it")
public record Problem(
        @Schema(example = "urn:freshet:problem:invalid-request")
        URI type,

        @Schema(example = "The request is not valid") String title,
        @Schema(example = "400") int status,
        String detail,
        @Nullable URI instance,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Fault> errors,
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

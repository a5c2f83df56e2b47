package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.TaskId;
import java.util.List;
import java.util.Map;

/**
 * Push that follows a refresh, of its objects or of URLs that it names. It is published as a {@link PushCommand} when
 * the refresh has settled on the tier and on those above it, so that it cannot meet an old copy.
 *
 * @param taskId of the push, admitted and charged together with the refresh
 * @param tier the name of the tier to warm
 * @param headers as in {@link PushCommand}
 * @param objects URLs to push, of the refresh's domain; empty for those of the refresh
 * @param variants as in {@link PushCommand}
 */
public record ThenPush(
        TaskId taskId,
        String tier,
        Map<String, List<String>> headers,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> objects,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> variants) {

    public ThenPush {
        requireNonNull(taskId, "taskId");
        requireNonNull(tier, "tier");
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        objects = objects == null ? List.of() : List.copyOf(objects);
        variants = variants == null ? Map.of() : Map.copyOf(variants);
    }

    /** A push whose domain declares no variants. */
    public ThenPush(TaskId taskId, String tier, Map<String, List<String>> headers, List<String> objects) {
        this(taskId, tier, headers, objects, Map.of());
    }

    /** A push of the refresh's own objects. */
    public ThenPush(TaskId taskId, String tier, Map<String, List<String>> headers) {
        this(taskId, tier, headers, List.of());
    }

    /** Returns the command to publish for the refresh. */
    public PushCommand command(RefreshCommand refresh) {
        return new PushCommand(
                taskId,
                refresh.account(),
                refresh.domain(),
                objects.isEmpty() ? refresh.objects() : objects,
                tier,
                headers,
                refresh.acceptedAt(),
                refresh.requestId(),
                null,
                variants,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null);
    }
}

package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.TaskId;
import java.util.List;
import java.util.Map;

/**
 * Push of a refresh's objects that follows it. It is published as a {@link PushCommand} when the refresh has settled on
 * the tier and on those above it, so that it cannot meet an old copy.
 *
 * @param taskId of the push, admitted and charged together with the refresh
 * @param tier the name of the tier to warm
 * @param headers as in {@link PushCommand}
 */
public record ThenPush(TaskId taskId, String tier, Map<String, List<String>> headers) {

    public ThenPush {
        requireNonNull(taskId, "taskId");
        requireNonNull(tier, "tier");
        headers = headers == null ? Map.of() : Map.copyOf(headers);
    }

    /** Returns the command to publish for the refresh. */
    public PushCommand command(RefreshCommand refresh) {
        return new PushCommand(
                taskId,
                refresh.account(),
                refresh.domain(),
                refresh.objects(),
                tier,
                headers,
                refresh.acceptedAt(),
                refresh.requestId(),
                null);
    }
}

package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import io.freshet.contracts.message.Redirects;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a task's request. With the task's objects they suffice to repeat the request.
 *
 * @param soft of a refresh: mark stale instead of deleting, where a server can
 * @param thenPush of a refresh: the push that follows it, if one does
 * @param tier of a push: what it warms
 * @param headers of a push: what it fetches with
 * @param retryOf the task whose failed objects it retries; null for any other
 * @param redirects of a push: what it does with redirects; null for {@link Redirects#STORE}
 * @param startAt of a push: when it starts; null for one that starts at once
 * @param limits of a push: those of the request; null for none
 * @param tiers of a push into several tiers: all of them, parents first; else null
 * @param region of a push into one region; else null
 * @param nodes of a push into nodes that the request names: their ids; else null
 * @param children of a push: whether what its manifests name is pushed as well; null for false
 */
public record TaskOptions(
        @Nullable Boolean soft,
        @Nullable FollowingPush thenPush,
        @Nullable String tier,
        @Nullable Map<String, List<String>> headers,
        @Nullable TaskId retryOf,
        @Nullable Redirects redirects,
        @Nullable Instant startAt,
        @Nullable PushLimits limits,
        @Nullable List<String> tiers,
        @Nullable String region,
        @Nullable List<String> nodes,
        @Nullable Boolean children) {

    private static final PushTargets NO_TARGETS = new PushTargets(List.of(), null, List.of());

    public TaskOptions {
        headers = headers == null ? null : Map.copyOf(headers);
        tiers = tiers == null ? null : List.copyOf(tiers);
        nodes = nodes == null ? null : List.copyOf(nodes);
    }

    /** Options of a task that retries no other. */
    public TaskOptions(
            @Nullable Boolean soft,
            @Nullable FollowingPush thenPush,
            @Nullable String tier,
            @Nullable Map<String, List<String>> headers) {
        this(soft, thenPush, tier, headers, null, null, null, null, null, null, null, null);
    }

    public static TaskOptions of(Command command) {
        return switch (command) {
            case RefreshCommand refresh -> of(refresh);
            case PushCommand push -> of(push);
        };
    }

    private static TaskOptions of(RefreshCommand refresh) {
        return new TaskOptions(
                refresh.soft(),
                FollowingPush.of(refresh.thenPush()),
                null,
                null,
                refresh.retryOf(),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static TaskOptions of(PushCommand push) {
        PushTargets targets = push.targets() == null ? NO_TARGETS : push.targets();
        return new TaskOptions(
                null,
                null,
                push.tier(),
                push.headers(),
                push.retryOf(),
                push.redirects(),
                push.startAt(),
                push.limits(),
                targets.tiers().isEmpty() ? null : targets.tiers(),
                targets.region(),
                targets.nodes().isEmpty() ? null : targets.nodes(),
                push.children() == null ? null : true);
    }

    /** Returns the options of a task in a list of tasks: without the URLs of the push that follows. */
    public TaskOptions listed() {
        return thenPush == null
                ? this
                : new TaskOptions(
                        soft,
                        thenPush.listed(),
                        tier,
                        headers,
                        retryOf,
                        redirects,
                        startAt,
                        limits,
                        tiers,
                        region,
                        nodes,
                        children);
    }

    /**
     * The push that follows a refresh.
     *
     * @param objects URLs to push; absent for those of the refresh, and in lists of tasks
     */
    public record FollowingPush(
            TaskId taskId,
            String tier,
            Map<String, List<String>> headers,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> objects) {

        public FollowingPush {
            headers = headers == null ? Map.of() : Map.copyOf(headers);
            objects = objects == null ? List.of() : List.copyOf(objects);
        }

        /** A push of the refresh's own objects. */
        public FollowingPush(TaskId taskId, String tier, Map<String, List<String>> headers) {
            this(taskId, tier, headers, List.of());
        }

        private FollowingPush listed() {
            return new FollowingPush(taskId, tier, headers);
        }

        private static @Nullable FollowingPush of(@Nullable ThenPush push) {
            return push == null ? null : new FollowingPush(push.taskId(), push.tier(), push.headers(), push.objects());
        }
    }
}

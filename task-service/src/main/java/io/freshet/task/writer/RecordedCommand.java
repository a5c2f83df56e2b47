package io.freshet.task.writer;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that was appended to its topic, or that a refresh announces.
 *
 * @param at when the command was appended, or the refresh that announces it
 * @param follows the refresh that announces it, to be appended once that has settled; null for one that was appended
 */
record RecordedCommand(
        Command command, Instant at, @Nullable TaskId follows) {

    /** Returns the command and the push that it announces. */
    static Stream<RecordedCommand> of(Command command, Instant appendedAt) {
        RecordedCommand appended = new RecordedCommand(command, appendedAt, null);
        if (!(command instanceof RefreshCommand refresh) || refresh.thenPush() == null) {
            return Stream.of(appended);
        }
        return Stream.of(
                appended, new RecordedCommand(refresh.thenPush().command(refresh), appendedAt, refresh.taskId()));
    }

    /** Returns whether workers execute the command now: it waits neither for a refresh nor for its start. */
    private boolean isStarted() {
        return follows == null && startAt() == null;
    }

    /** Returns whether the command was read itself, and not only the refresh that announces it. */
    boolean isAppended() {
        return follows == null;
    }

    /** Returns the start that the command waits for; null if it waits for none. */
    @Nullable
    Instant startAt() {
        return command instanceof PushCommand push ? push.startAt() : null;
    }

    @Nullable
    Instant appendedAt() {
        return isStarted() ? at : null;
    }

    @Nullable
    Instant waitsSince() {
        return isStarted() ? null : at;
    }
}

package io.freshet.task.recording;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.RefreshCommand;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that the log tells of.
 *
 * @param at when it was appended, or the refresh that announces it
 * @param follows the refresh that announces it, to be appended when that has settled; null for one that has been appended
 */
record LoggedCommand(Command command, Instant at, @Nullable TaskId follows) {

    /** What a record says: its command, and the push that it announces. */
    static Stream<LoggedCommand> of(Command command, Instant appendedAt) {
        LoggedCommand appended = new LoggedCommand(command, appendedAt, null);
        if (!(command instanceof RefreshCommand refresh) || refresh.thenPush() == null) {
            return Stream.of(appended);
        }
        return Stream.of(
                appended, new LoggedCommand(refresh.thenPush().command(refresh), appendedAt, refresh.taskId()));
    }

    boolean isAppended() {
        return follows == null;
    }

    @Nullable
    Instant appendedAt() {
        return isAppended() ? at : null;
    }

    @Nullable
    Instant waitsSince() {
        return isAppended() ? null : at;
    }
}

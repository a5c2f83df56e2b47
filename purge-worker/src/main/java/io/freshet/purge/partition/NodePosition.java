package io.freshet.purge.partition;

import io.freshet.contracts.CursorState;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Position of one node on one partition. A node in sync has everything below the partition's position; a lagging node
 * has everything below an offset of its own. Not thread-safe: {@link PartitionState} holds the lock.
 */
final class NodePosition {

    private final NodeChannel node;
    private final int tier;
    private final PartitionOffsets offsets;

    private final IncompleteCommands incomplete = new IncompleteCommands();
    private final Checkpoints checkpoints = new Checkpoints();

    /** End of what the lagging node has received; not used while it is in sync. */
    private long applied;

    private long settled;

    /** Null while the node is in sync. */
    private @Nullable String lagReason;

    private Instant since = Instant.EPOCH;

    /** While the node catches up: the offset from which on it receives new commands directly. Else null. */
    private @Nullable Long catchUpEnd;

    private boolean lost;
    private long flushedTo;
    private @Nullable Instant flushedAt;
    private @Nullable Instant oldestMissingAt;
    private @Nullable ObservedRestartToken restartToken;
    private long lastAction = Cursor.NO_ACTION;

    /** @param tier 0 is the topmost; every node of a lower number is a parent */
    NodePosition(NodeChannel node, int tier, PartitionOffsets offsets) {
        this.node = node;
        this.tier = tier;
        this.offsets = offsets;
    }

    NodeChannel node() {
        return node;
    }

    String id() {
        return node.node().id();
    }

    int tier() {
        return tier;
    }

    // ---- state

    boolean isInSync() {
        return lagReason == null;
    }

    boolean isCatchingUp() {
        return catchUpEnd != null;
    }

    /** Returns whether the node needs a flush, because commands it has not received are no longer in the topic. */
    boolean isLost() {
        return lost;
    }

    /** Returns whether commands are sent to the node when they are dispatched. */
    boolean receivesNewCommands() {
        return isInSync() || isCatchingUp();
    }

    /** Returns the offset below which the node has received everything. */
    long appliedOffset() {
        return isInSync() ? offsets.position() : applied;
    }

    /** Returns the offset below which the node has received every second purge that is needed. */
    long settledOffset() {
        return settled;
    }

    Instant since() {
        return since;
    }

    @Nullable
    String lagReason() {
        return lagReason;
    }

    /** Returns whether the node has received the command at this offset. */
    boolean hasReceived(long offset) {
        if (isInSync()) {
            return offsets.isDelivered(offset);
        }
        boolean receivedDirectly = catchUpEnd != null && offset >= catchUpEnd && offsets.isDelivered(offset);
        return applied > offset || receivedDirectly;
    }

    /** Returns the commands of which the healthy node has not completed some objects. */
    IncompleteCommands incomplete() {
        return incomplete;
    }

    // ---- becoming lagging

    /** Takes over everything of a cursor but its offset and state. */
    void restore(Cursor cursor) {
        String token = cursor.restartToken();
        restartToken = token == null ? null : new ObservedRestartToken(token, cursor.at());
        lastAction = cursor.lastAction();
        since = cursor.since();
    }

    void restoreSettled(long offset) {
        settled = Math.max(offsets.beginning(), Math.min(offset, appliedOffset()));
    }

    /**
     * Makes the node lagging.
     *
     * @param from the first offset that it may not have received
     * @param settledLimit that its settled offset must not exceed
     */
    void markLagging(String reason, long from, long settledLimit, Instant at) {
        applied = from;
        settled = Math.min(Math.min(settled, settledLimit), from);
        startLag(reason, at);
    }

    void markLost(Instant at) {
        lost = true;
        applied = offsets.beginning();
        settled = offsets.beginning();
        flushedTo = 0;
        startLag("has not been flushed yet", at);
    }

    private void startLag(String reason, Instant at) {
        lagReason = reason;
        since = at;
        catchUpEnd = null;
        checkpoints.clear();
    }

    /** Replaces the reason of a lagging node. */
    void changeLagReason(String reason) {
        lagReason = reason;
    }

    /** Makes a lagging node receive everything from this offset on again. */
    void rewindTo(long offset) {
        applied = Math.min(applied, offset);
        settled = Math.min(settled, applied);
    }

    /** Notes that a flush does not spare the node what comes from this offset on. */
    void limitFlushTo(long offset) {
        flushedTo = Math.min(flushedTo, offset);
    }

    /** Notes that the node has not received a command that was accepted at this time. */
    void noteMissing(Instant acceptedAt) {
        if (oldestMissingAt == null || acceptedAt.isBefore(oldestMissingAt)) {
            oldestMissingAt = acceptedAt;
        }
    }

    /** Sets the age of the oldest command that the node has not received, now that it is known. */
    void oldestMissing(Instant acceptedAt) {
        oldestMissingAt = acceptedAt;
    }

    boolean hasUnknownAge() {
        return !isInSync() && oldestMissingAt == null && applied < offsets.position();
    }

    // ---- catching up

    /** Begins to catch up: from now on the node receives new commands directly. */
    void startCatchUp() {
        catchUpEnd = offsets.next();
        applied = Math.max(applied, offsets.beginning());
    }

    /** Returns the end of the catch-up; {@link Long#MIN_VALUE} if the node is not catching up. */
    long catchUpEnd() {
        return catchUpEnd == null ? Long.MIN_VALUE : catchUpEnd;
    }

    /** Notes that the node has received the command at this offset, if that is still its next one. */
    void completeCatchUp(long offset, Instant now) {
        if (isCatchingUp() && applied == offset) {
            applied = offset + 1;
            oldestMissingAt = null;
            finishCatchUp(now);
        }
    }

    /** Skips a range that holds nothing to send, if the node has received everything below it. */
    void skipCatchUp(OffsetRange range, Instant now) {
        if (isCatchingUp() && applied >= range.from()) {
            applied = Math.max(applied, Math.min(range.to(), catchUpEnd()));
            finishCatchUp(now);
        }
    }

    /** Makes the node in sync if it has caught up. */
    void finishCatchUp(Instant now) {
        if (isCatchingUp() && applied >= catchUpEnd()) {
            lagReason = null;
            since = now;
            catchUpEnd = null;
            oldestMissingAt = null;
        }
    }

    // ---- second purge

    /** Records that the node has received everything below this offset by now, a reading of the monotonic time. */
    void recordCheckpoint(long now, long offset, Duration delay) {
        checkpoints.record(now, offset, delay);
    }

    /** Returns the offset below which second purges may be sent: what was received before this monotonic time. */
    long reboundLimit(long moment) {
        return Math.min(checkpoints.offsetAt(moment), appliedOffset());
    }

    void advanceSettled(long offset) {
        settled = Math.max(settled, offset);
    }

    /** Returns whether the node has received the second purge of this offset. */
    boolean hasSettled(long offset) {
        return Math.min(settled, appliedOffset()) > offset;
    }

    // ---- flush and trimmed topic

    boolean isFlushed(long offset) {
        return offset < flushedTo;
    }

    /**
     * Notes a flush of the whole node.
     *
     * @param end of the partition before the flush
     * @param action number of the node action that asked for it; null if none did, or a later one is known
     * @param coversEverything false if the node may have fetched old copies from a parent since
     */
    void noteFlushed(Instant at, long end, @Nullable Long action, boolean coversEverything) {
        boolean isRequested = action != null && action != lastAction;
        if (action != null && isRequested) {
            lastAction = action;
        }
        if (flushedAt == null || at.isAfter(flushedAt)) {
            flushedAt = at;
        }
        boolean endsLoss = lost && end >= offsets.beginning() && !at.isBefore(since);
        if (!isInSync() && (endsLoss || isRequested && !lost)) {
            lost = false;
            flushedTo = coversEverything ? Math.max(flushedTo, end) : 0;
            lagReason = "was flushed and is catching up";
        }
    }

    /** Returns whether the topic begins after the node's next command. */
    boolean isBehindBeginning() {
        return !isInSync() && applied < offsets.beginning();
    }

    /** Moves a lagging node to the beginning of the topic. */
    void moveToBeginning() {
        applied = offsets.beginning();
    }

    // ---- node actions and restarts

    long lastAction() {
        return lastAction;
    }

    void noteAction(long action) {
        lastAction = action;
    }

    @Nullable
    ObservedRestartToken restartToken() {
        return restartToken;
    }

    void noteRestartToken(ObservedRestartToken seen) {
        restartToken = seen;
    }

    // ---- reporting

    Cursors toCursors(long appliedTo, long settledTo, Instant now) {
        CursorState state = lost ? CursorState.LOST : isInSync() ? CursorState.IN_SYNC : CursorState.LAGGING;
        String topicId = offsets.topicId();
        ObservedRestartToken token = restartToken;
        Cursor appliedCursor = token == null
                ? new Cursor(appliedTo, state, topicId, since, now, null, lastAction)
                : new Cursor(appliedTo, state, topicId, since, token.at(), token.value(), lastAction);
        return new Cursors(appliedCursor, settledTo);
    }

    NodeStatus status() {
        if (lagReason == null) {
            return new NodeStatus(false, false, since, null, 0, null, flushedAt);
        }
        long missing = Math.max(0, offsets.next() - Math.max(applied, flushedTo));
        String reason = isCatchingUp() ? "is catching up on " + missing + " commands" : lagReason;
        if (lost) {
            reason = "must be flushed, because commands it has not received are no longer in the topic; it " + reason;
        }
        return new NodeStatus(true, lost, since, reason, missing, missing == 0 ? null : oldestMissingAt, flushedAt);
    }
}

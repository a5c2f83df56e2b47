package io.freshet.kafka.command;

import io.freshet.contracts.message.Command;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Executes the commands of a {@link CommandConsumer}. All methods run on the consumer's thread and must not block.
 */
public interface CommandHandler<C extends Command> {

    /**
     * Starts the execution of a command.
     *
     * @param objectReleased to be called once for each object that needs no place among the objects in flight any more,
     *     by any thread; what is not released is when the command is done
     * @return completes when the command is done and may be committed; fails if it can never be done
     */
    CompletableFuture<Void> handle(C command, TopicPartition partition, long offset, Runnable objectReleased);

    /**
     * Takes over partitions. One that has not been revoked before is given up and taken over anew.
     *
     * @param positions the next offset of each partition
     * @param generation of the consumer group: a later owner of a partition has a higher one
     */
    default void assigned(Map<TopicPartition, Long> positions, int generation) {}

    /** Returns whether commands of this partition may be delivered; called before each poll. */
    default boolean isReady(TopicPartition partition) {
        return true;
    }

    /**
     * Returns the offset that may be committed now.
     *
     * @param position everything below it is done
     * @throws org.apache.kafka.common.KafkaException if another consumer may own the partition; this partition only is
     *     assigned again, from the offset that this method returned last
     */
    default long committablePosition(TopicPartition partition, long position) {
        return position;
    }

    /** Returns the offsets that may be committed before these partitions are given up. */
    default Map<TopicPartition, Long> finalCommittablePositions(Map<TopicPartition, Long> positions) {
        return positions;
    }

    /** Gives up partitions: abandons their unfinished commands, whose futures no longer count. */
    default void revoked(Collection<TopicPartition> partitions) {}
}

package io.freshet.purge.replay;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshDispatcher;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.time.Duration;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/** Creates the replays of a partition. */
public final class ReplayFactory {

    private final KafkaClients clients;
    private final CommandTopic commands;
    private final TaskCancellations cancellations;
    private final RefreshDispatcher dispatcher;
    private final ProgressPublisher progress;
    private final FollowUpPublisher followUps;
    private final RateLimiter rateLimiter;
    private final Duration retireAfter;

    /** @param retireAfter time after which a node outside the fleet has left it */
    public ReplayFactory(
            KafkaClients clients,
            CommandTopic commands,
            TaskCancellations cancellations,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            RateLimiter rateLimiter,
            Duration retireAfter) {
        this.clients = clients;
        this.commands = commands;
        this.cancellations = cancellations;
        this.dispatcher = dispatcher;
        this.progress = progress;
        this.followUps = followUps;
        this.rateLimiter = rateLimiter;
        this.retireAfter = retireAfter;
    }

    /** @param canReceive whether a lagging node may be sent something now */
    public LogReplay catchUp(PartitionState partition, Predicate<NodeChannel> canReceive) {
        return new CatchUpReplay(
                partition,
                reader(partition.partition()),
                commands,
                cancellations,
                dispatcher,
                progress,
                followUps,
                rateLimiter,
                canReceive);
    }

    public LogReplay rebound(PartitionState partition) {
        return new ReboundReplay(
                partition, reader(partition.partition()), commands, cancellations, dispatcher, progress, followUps);
    }

    public LogReplay retired(PartitionState partition) {
        return new RetiredReplay(
                partition, reader(partition.partition()), commands, cancellations, progress, followUps, retireAfter);
    }

    public PartitionReader reader(int partition) {
        return new PartitionReader(clients, new TopicPartition(Topics.PURGE_COMMANDS, partition));
    }
}

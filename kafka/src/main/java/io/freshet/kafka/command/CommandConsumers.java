package io.freshet.kafka.command;

import io.freshet.contracts.message.Command;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import java.time.Clock;

/** Factory of {@link CommandConsumer}s with this service's Kafka clients and dead letters. */
public final class CommandConsumers {

    private final KafkaClients clients;
    private final DeadLetters deadLetters;
    private final MessagePublisher publisher;
    private final Clock clock;

    /**
     * Creates the factory.
     *
     * @param clock dates the failures of tasks whose commands became dead letters
     */
    public CommandConsumers(KafkaClients clients, DeadLetters deadLetters, MessagePublisher publisher, Clock clock) {
        this.clients = clients;
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Creates a stopped consumer of the commands of one type in a topic. */
    public <C extends Command> CommandConsumer<C> create(
            String topic, String group, Class<C> type, CommandHandler<C> handler, ConsumerLimits limits) {
        FailedCommandHandler failedCommands = new FailedCommandHandler(deadLetters, publisher, group, clock);
        return new CommandConsumer<>(clients, topic, group, type, handler, failedCommands, limits);
    }
}

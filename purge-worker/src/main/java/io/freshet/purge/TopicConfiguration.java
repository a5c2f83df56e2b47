package io.freshet.purge;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.TaskCancellations;
import io.freshet.kafka.TopicReader;
import io.freshet.purge.control.EventClock;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Topics that the worker reads beside the commands, and the positions on the commands. */
@Configuration(proxyBeanMethods = false)
class TopicConfiguration {

    @Bean
    CommandTopic commandTopic(KafkaClients clients) {
        return new CommandTopic(clients, Topics.PURGE_COMMANDS);
    }

    @Bean
    CursorStore cursorStore(KafkaClients clients, CommandTopic commands) {
        return new CursorStore(clients, commands);
    }

    @Bean
    NodeActions nodeActions() {
        return new NodeActions();
    }

    @Bean
    TopicReader nodeActionsReader(KafkaClients clients, NodeActions actions) {
        return new TopicReader(clients, Topics.NODE_ACTIONS, TopicReader.From.BEGINNING, actions);
    }

    @Bean
    TaskCancellations taskCancellations() {
        return new TaskCancellations();
    }

    @Bean
    TopicReader taskCancellationsReader(KafkaClients clients, TaskCancellations cancellations) {
        return new TopicReader(clients, Topics.TASK_CANCELLATIONS, TopicReader.From.BEGINNING, cancellations);
    }

    @Bean
    EventClock eventClock(Clock clock) {
        return new EventClock(clock);
    }

    @Bean
    NodeEvents nodeEvents(EventClock clock) {
        return new NodeEvents(clock);
    }

    @Bean
    TopicReader nodeEventsReader(KafkaClients clients, NodeEvents events) {
        return new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, events);
    }
}

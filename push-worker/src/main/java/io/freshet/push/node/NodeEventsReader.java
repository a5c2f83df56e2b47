package io.freshet.push.node;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.context.SmartLifecycle;

/** Hears of every node what is last known of it, and then what changes. */
public final class NodeEventsReader implements SmartLifecycle, TopicReader.Listener {

    private final NodeStates states;
    private final TopicReader reader;

    public NodeEventsReader(KafkaClients clients, NodeStates states) {
        this.states = states;
        this.reader = new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, this);
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            states.forgotten(record.key());
        } else {
            switch (ReceivedMessage.read(record, NodeEvent.class)) {
                case NodeChanged changed -> states.changed(changed);
                case NodeFlushed _ -> {} // it is late until it says otherwise
            }
        }
    }

    @Override
    public void caughtUp() {
        states.caughtUp();
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public void stop() {
        reader.stop();
    }

    @Override
    public boolean isRunning() {
        return reader.isRunning();
    }

    /** Begins before the commands are consumed, and ends after. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}

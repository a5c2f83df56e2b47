package io.freshet.gateway.inspect;

import io.freshet.contracts.message.Inspection;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UrlInspected;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Answers of purge-workers to the inspections of this gateway. */
@Component
class InspectionReplies implements TopicReader.Listener, SmartLifecycle {

    private final TopicReader reader;
    private final Map<UUID, Sinks.One<UrlInspected>> awaited = new ConcurrentHashMap<>();

    InspectionReplies(KafkaClients clients) {
        this.reader = new TopicReader(clients, Topics.INSPECTIONS, TopicReader.From.END, this);
    }

    /** Returns the answer to an inspection that has not been published yet. The caller bounds the time to wait. */
    Mono<UrlInspected> expect(UUID id) {
        Sinks.One<UrlInspected> answer = Sinks.one();
        awaited.put(id, answer);
        return answer.asMono();
    }

    /** Ends the waiting for an answer. */
    void forget(UUID id) {
        awaited.remove(id);
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (ReceivedMessage.read(record, Inspection.class) instanceof UrlInspected answer) {
            Sinks.One<UrlInspected> sink = awaited.get(answer.id());
            if (sink != null) {
                sink.tryEmitValue(answer);
            }
        }
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
}

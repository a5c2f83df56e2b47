package io.freshet.task.recording;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** The consumers: one group, but commands and events apart, since they differ so much in size. */
@Configuration(proxyBeanMethods = false)
class Recording {

    private final KafkaClients clients;
    private final RecordingProperties properties;
    private final MeterRegistry meters;

    Recording(KafkaClients clients, RecordingProperties properties, MeterRegistry meters) {
        this.clients = clients;
        this.properties = properties;
        this.meters = meters;
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> commands(BatchRecorder recorder) {
        return container(
                "commands", properties.commandsPerBatch(), recorder, Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS);
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> events(BatchRecorder recorder) {
        return container("events", properties.eventsPerBatch(), recorder, Topics.TASK_EVENTS);
    }

    private ConcurrentMessageListenerContainer<String, byte[]> container(
            String name, int perBatch, BatchRecorder recorder, String... topics) {
        ContainerProperties settings = new ContainerProperties(topics);
        settings.setGroupId(Group.NAME);
        settings.setClientId(Group.NAME + '-' + name);
        settings.setMessageListener(recorder);
        settings.setFixTxOffsets(true); // so that committed offsets reach the end also behind a transaction's marker
        settings.setListenerTaskExecutor(threads(name));
        Map<String, Object> consumer = clients.consumer(Group.NAME);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, perBatch);
        DefaultKafkaConsumerFactory<String, byte[]> consumers = new DefaultKafkaConsumerFactory<>(consumer);
        consumers.addListener(new MicrometerConsumerListener<>(meters));
        ConcurrentMessageListenerContainer<String, byte[]> container =
                new ConcurrentMessageListenerContainer<>(consumers, settings);
        container.setBeanName(name);
        container.setConcurrency(properties.consumers());
        container.setCommonErrorHandler(tryForEver());
        container.setAutoStartup(false); // not before the database answers
        return container;
    }

    /** What the recorder throws will pass; until then the consumer goes on polling, so that it keeps its partitions. */
    private DefaultErrorHandler tryForEver() {
        ExponentialBackOff pauses = new ExponentialBackOff(200, 2);
        pauses.setMaxInterval(properties.longestPause().toMillis());
        return new DefaultErrorHandler(pauses);
    }

    private static SimpleAsyncTaskExecutor threads(String name) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(name + '-');
        threads.setVirtualThreads(true);
        return threads;
    }
}

package io.freshet.task.recording;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.backoff.ExponentialBackOff;

/** The consumers that write the task store: one group, with commands and events apart because their sizes differ. */
@Configuration(proxyBeanMethods = false)
class RecordingConfiguration {

    private static final Logger log = LoggerFactory.getLogger(RecordingConfiguration.class);

    /** Bytes of a fetch, compressed; commands compress to a tenth and less. It bounds the memory of fetched records. */
    private static final int FETCH_BYTES = 1_000_000;

    private final KafkaClients clients;
    private final RecordingProperties properties;
    private final MeterRegistry meters;

    RecordingConfiguration(KafkaClients clients, RecordingProperties properties, MeterRegistry meters) {
        this.clients = clients;
        this.properties = properties;
        this.meters = meters;
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> commands(BatchListener listener) {
        return container("commands", listener, Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS);
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> events(BatchListener listener) {
        return container(
                "events",
                listener,
                Topics.TASK_EVENTS,
                Topics.TASK_CANCELLATIONS,
                Topics.NODE_EVENTS,
                Topics.NODE_ACTIONS);
    }

    private ConcurrentMessageListenerContainer<String, byte[]> container(
            String name, BatchListener listener, String... topics) {
        ContainerProperties settings = new ContainerProperties(topics);
        settings.setGroupId(ConsumerGroup.NAME);
        settings.setClientId(ConsumerGroup.NAME + '-' + name);
        settings.setMessageListener(listener);
        settings.setListenerTaskExecutor(threads(name));
        Map<String, Object> consumer = clients.consumer(ConsumerGroup.NAME);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, properties.recordsPerPoll());
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        consumer.put(
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false); // topics are created with settings of their own
        DefaultKafkaConsumerFactory<String, byte[]> consumers = new DefaultKafkaConsumerFactory<>(consumer);
        consumers.addListener(new MicrometerConsumerListener<>(meters));
        ConcurrentMessageListenerContainer<String, byte[]> container =
                new ConcurrentMessageListenerContainer<>(consumers, settings);
        container.setBeanName(name);
        container.setConcurrency(properties.consumers());
        container.setCommonErrorHandler(retryForever());
        container.setBatchInterceptor(new PollThrottle(properties.pollInterval(), Thread::sleep));
        container.setAutoStartup(false); // DatabaseStartup starts it
        return container;
    }

    /**
     * Retries without end: errors of the listener are transient. The consumer keeps polling, so it keeps its
     * partitions.
     */
    private DefaultErrorHandler retryForever() {
        ExponentialBackOff backOff = new ExponentialBackOff(200, 2);
        backOff.setMaxInterval(properties.maxBackoff().toMillis());
        DefaultErrorHandler handler = new DefaultErrorHandler(backOff);
        handler.setRetryListeners(new FailedBatchLogger());
        return handler;
    }

    /** Logs why the task store does not advance. */
    private static final class FailedBatchLogger implements RetryListener {

        @Override
        public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception e, int attempt) {}

        @Override
        public void failedDelivery(ConsumerRecords<?, ?> records, Exception e, int attempt) {
            log.warn(
                    "Attempt {} to write {} records to Postgres failed; retrying: {}",
                    attempt,
                    records.count(),
                    NestedExceptionUtils.getMostSpecificCause(e).toString());
        }
    }

    private static SimpleAsyncTaskExecutor threads(String name) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(name + '-');
        threads.setVirtualThreads(true);
        return threads;
    }
}

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

/** The consumers: one group, but commands and events apart, since they differ so much in size. */
@Configuration(proxyBeanMethods = false)
class Recording {

    private static final Logger log = LoggerFactory.getLogger(Recording.class);

    /** What a fetch brings at most, compressed; commands compress ten to one and more. It bounds the memory that the log takes. */
    private static final int FETCH_BYTES = 1_000_000;

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
        return container("commands", recorder, Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS);
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> events(BatchRecorder recorder) {
        return container("events", recorder, Topics.TASK_EVENTS, Topics.NODE_EVENTS, Topics.NODE_ACTIONS);
    }

    private ConcurrentMessageListenerContainer<String, byte[]> container(
            String name, BatchRecorder recorder, String... topics) {
        ContainerProperties settings = new ContainerProperties(topics);
        settings.setGroupId(Group.NAME);
        settings.setClientId(Group.NAME + '-' + name);
        settings.setMessageListener(recorder);
        settings.setListenerTaskExecutor(threads(name));
        Map<String, Object> consumer = clients.consumer(Group.NAME);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, properties.recordsPerPoll());
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        consumer.put(
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false); // the topics are made with settings of their own
        DefaultKafkaConsumerFactory<String, byte[]> consumers = new DefaultKafkaConsumerFactory<>(consumer);
        consumers.addListener(new MicrometerConsumerListener<>(meters));
        ConcurrentMessageListenerContainer<String, byte[]> container =
                new ConcurrentMessageListenerContainer<>(consumers, settings);
        container.setBeanName(name);
        container.setConcurrency(properties.consumers());
        container.setCommonErrorHandler(tryForEver());
        container.setBatchInterceptor(new Rest(properties.rest(), Thread::sleep));
        container.setAutoStartup(false); // not before the database answers
        return container;
    }

    /** What the recorder throws will pass; until then the consumer goes on polling, so that it keeps its partitions. */
    private DefaultErrorHandler tryForEver() {
        ExponentialBackOff pauses = new ExponentialBackOff(200, 2);
        pauses.setMaxInterval(properties.longestPause().toMillis());
        DefaultErrorHandler handler = new DefaultErrorHandler(pauses);
        handler.setRetryListeners(new Retries());
        return handler;
    }

    /** Says why the record stands still. */
    private static final class Retries implements RetryListener {

        @Override
        public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception e, int attempt) {}

        @Override
        public void failedDelivery(ConsumerRecords<?, ?> records, Exception e, int attempt) {
            log.warn(
                    "{} records could not be recorded {} times, and are tried again: {}",
                    records.count(),
                    attempt,
                    NestedExceptionUtils.getMostSpecificCause(e).toString());
        }
    }

    private static SimpleAsyncTaskExecutor threads(String name) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(name + '-');
        threads.setVirtualThreads(true);
        return threads;
    }
}

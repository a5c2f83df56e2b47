package io.freshet.task.schedule;

import io.freshet.kafka.MessagePublisher;
import io.freshet.task.outbox.OutboxPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Publisher of pushes whose start has come. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

    @Bean
    OutboxPublisher<?> scheduledPushPublisher(
            ScheduledPushes pushes, MessagePublisher publisher, TransactionTemplate transaction) {
        return new OutboxPublisher<>(pushes, publisher, transaction);
    }
}

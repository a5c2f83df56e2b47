package io.freshet.task.batch;

import io.freshet.kafka.MessagePublisher;
import io.freshet.task.outbox.OutboxPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Publishers of what batches have stored. */
@Configuration(proxyBeanMethods = false)
class BatchConfiguration {

    @Bean
    OutboxPublisher<?> stagedCommandPublisher(
            StagedCommands commands, MessagePublisher publisher, TransactionTemplate transaction) {
        return new OutboxPublisher<>(commands, publisher, transaction);
    }

    @Bean
    OutboxPublisher<?> stagedCancellationPublisher(
            StagedCancellations cancellations, MessagePublisher publisher, TransactionTemplate transaction) {
        return new OutboxPublisher<>(cancellations, publisher, transaction);
    }
}

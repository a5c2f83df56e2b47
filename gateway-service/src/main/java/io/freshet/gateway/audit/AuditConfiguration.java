package io.freshet.gateway.audit;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.TopicReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configuration of the audit log: each gateway reads all of its topic. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    @Bean
    NewestAuditEntries newestAuditEntries() {
        return new NewestAuditEntries();
    }

    @Bean
    TopicReader auditReader(KafkaClients clients, NewestAuditEntries entries) {
        return new TopicReader(clients, Topics.AUDIT_LOG, TopicReader.From.BEGINNING, entries);
    }
}

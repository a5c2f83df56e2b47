package io.freshet.task.sweep;

import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** What the sweepers ask Kafka with. */
@Configuration(proxyBeanMethods = false)
class Sweeps {

    @Bean(destroyMethod = "close")
    Admin sweepAdmin(KafkaAdmin admin) {
        return Admin.create(admin.getConfigurationProperties());
    }

    @Bean
    LogPosition logPosition(Admin sweepAdmin, Clock clock) {
        return new LogPosition(sweepAdmin, clock);
    }
}

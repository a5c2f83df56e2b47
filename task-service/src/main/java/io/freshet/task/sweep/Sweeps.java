package io.freshet.task.sweep;

import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** What the sweepers know of the log. */
@Configuration(proxyBeanMethods = false)
class Sweeps {

    @Bean
    LogPosition logPosition(KafkaAdmin admin, Clock clock) {
        return new LogPosition(Admin.create(admin.getConfigurationProperties()), clock);
    }
}

package io.freshet.task.maintenance;

import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** Wiring of the jobs' view of Kafka. */
@Configuration(proxyBeanMethods = false)
class MaintenanceConfiguration {

    @Bean
    ConsumptionWatermark consumptionWatermark(KafkaAdmin admin, Clock clock) {
        return new ConsumptionWatermark(Admin.create(admin.getConfigurationProperties()), clock);
    }
}

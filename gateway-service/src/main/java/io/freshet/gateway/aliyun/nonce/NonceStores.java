package io.freshet.gateway.aliyun.nonce;

import io.freshet.gateway.client.TaskServiceClient;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses who remembers. */
@Configuration(proxyBeanMethods = false)
class NonceStores {

    @Bean
    Nonces nonces(NonceProperties properties, Clock clock, TaskServiceClient taskService) {
        Nonces own = new LocalNonces(properties.memory(), clock);
        return switch (properties.store()) {
            case LOCAL -> own;
            case SHARED -> new SharedNonces(own, taskService);
        };
    }
}

package io.freshet.gateway.aliyun.nonce;

import io.freshet.gateway.client.TaskServiceClient;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Selection of the nonce store. */
@Configuration(proxyBeanMethods = false)
class NonceStoreConfiguration {

    @Bean
    AliyunNonceStore aliyunNonceStore(AliyunNonceProperties properties, Clock clock, TaskServiceClient taskService) {
        AliyunNonceStore local = new LocalNonceStore(properties.maxEntries(), properties.maxEntriesPerAccount(), clock);
        return switch (properties.store()) {
            case LOCAL -> local;
            case SHARED -> new SharedNonceStore(local, taskService);
        };
    }
}

package io.freshet.gateway;

import io.freshet.contracts.JsonMapping;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The JSON mapping for clients and task-service. */
@Configuration(proxyBeanMethods = false)
class GatewayJsonConfiguration {

    @Bean
    JsonMapper jsonMapper() {
        return JsonMapping.mapper();
    }
}

package io.freshet.gateway;

import io.freshet.contracts.JsonMapping;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** One JSON mapping towards clients and task-service alike. */
@Configuration(proxyBeanMethods = false)
class Json {

    @Bean
    JsonMapper jsonMapper() {
        return JsonMapping.mapper();
    }
}

package io.freshet.task.web;

import io.freshet.contracts.JsonMapping;
import io.freshet.task.storage.Schema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Web settings: JSON as the contracts map it, and 503 until the database is migrated. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    private final Schema schema;

    WebConfiguration(Schema schema) {
        this.schema = schema;
    }

    @Configuration(proxyBeanMethods = false)
    static class JsonConfiguration {

        @Bean
        JsonMapper jsonMapper() {
            return JsonMapping.mapper()
                    .rebuild()
                    .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                    .build();
        }
    }

    /** Lets request parameters name enum values in lower case, as JSON does. */
    @Override
    public void addFormatters(FormatterRegistry registry) {
        ApplicationConversionService.configure(registry);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
                if (!schema.ready()) {
                    throw new NotReadyException();
                }
                return true;
            }
        });
    }
}

package io.freshet.task;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** The application: starts task-service with {@code task-service.yml}. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class TaskService {

    /** Returns the builder that every start uses: alone, in tests, and in the quickstart. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(TaskService.class).properties("spring.config.name=task-service");
    }

    public static void main(String[] arguments) {
        SpringApplication application = builder().build();
        application.run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}

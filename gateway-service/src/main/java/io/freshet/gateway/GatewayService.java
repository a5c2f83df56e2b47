package io.freshet.gateway;

import java.time.Clock;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** Accepts refreshes and pushes, and answers what became of them. */
@SpringBootConfiguration
@EnableAutoConfiguration
// What belongs on the management port gets there by itself; found here, it would be open to clients too.
@ComponentScan(excludeFilters = @ComponentScan.Filter(ManagementContextConfiguration.class))
@ConfigurationPropertiesScan
public class GatewayService {

    public static void main(String[] args) {
        builder().run(args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** The service with its own configuration file, for whoever starts it. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(GatewayService.class)
                .web(WebApplicationType.REACTIVE)
                .properties("spring.config.name=gateway-service");
    }
}

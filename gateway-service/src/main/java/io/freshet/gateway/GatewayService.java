package io.freshet.gateway;

import io.freshet.contracts.url.Canonicaliser;
import io.freshet.gateway.request.object.LimitProperties;
import java.time.Clock;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** The HTTP API: accepts refreshes and pushes, and shows their progress. */
@SpringBootConfiguration
@EnableAutoConfiguration
// Management endpoints have their own context and port; scanned here, they would be open to clients too.
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

    @Bean
    Canonicaliser canonicaliser(LimitProperties limits) {
        return new Canonicaliser(limits.maxObjectBytes());
    }

    /** Returns the service with its own configuration file. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(GatewayService.class)
                .web(WebApplicationType.REACTIVE)
                .properties("spring.config.name=gateway-service");
    }
}

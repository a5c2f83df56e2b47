package io.freshet.gateway;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Accepts refreshes and pushes, and answers what became of them. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayService {

    public static void main(String[] args) {
        builder().run(args);
    }

    /** The service with its own configuration file, for whoever starts it. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(GatewayService.class)
                .web(WebApplicationType.REACTIVE)
                .properties("spring.config.name=gateway-service");
    }
}

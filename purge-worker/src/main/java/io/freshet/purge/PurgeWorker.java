package io.freshet.purge;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The service that delivers refreshes to the nodes. */
@SpringBootApplication
public class PurgeWorker {

    public static void main(String[] args) {
        builder().run(args);
    }

    /** The application with its own configuration file, to be run alone or beside the other services. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(PurgeWorker.class).properties("spring.config.name=purge-worker");
    }
}

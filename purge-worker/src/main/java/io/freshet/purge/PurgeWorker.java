package io.freshet.purge;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Main class of the service that purges refreshed objects from all nodes. */
@SpringBootApplication
public class PurgeWorker {

    public static void main(String[] args) {
        builder().run(args);
    }

    /** Returns the application with its own configuration file, to run alone or beside the other services. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(PurgeWorker.class).properties("spring.config.name=purge-worker");
    }
}

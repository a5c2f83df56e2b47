package io.freshet.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.test.context.ContextConfiguration;

/** The whole service with a real broker and database. Tests share one, so each uses accounts of its own. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@EmbeddedKafka(
        partitions = 3,
        topics = {})
@SpringBootTest(
        classes = TaskService.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=task-service",
            "spring.kafka.bootstrap-servers=${spring.embedded.kafka.brokers}",
            "management.server.port=0",
            "freshet.topics.partitions=3",
            "freshet.deadline.check-interval=100ms",
            "freshet.abandoned-admissions.check-interval=100ms"
        })
@ContextConfiguration(initializers = ServiceTest.NewDatabase.class)
@Import({MovableClock.class, Service.class, TopicReader.class})
public @interface ServiceTest {

    /** Gives the service a database of its own. */
    class NewDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(
                            "spring.datasource.url=" + Postgres.newUrl(),
                            "spring.datasource.username=postgres",
                            "spring.datasource.password=postgres")
                    .applyTo(context);
        }
    }
}

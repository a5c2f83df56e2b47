package io.freshet.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.freshet.kafka.MessagePublisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@AnalyzeClasses(packages = "io.freshet.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_gateway_knows_no_other_service = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.freshet.task..", "io.freshet.purge..", "io.freshet.push..");

    @ArchTest
    static final ArchRule controllers_leave_kafka_to_others = noClasses()
            .that()
            .areAnnotatedWith(RestController.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "io.freshet.kafka..");

    @ArchTest
    static final ArchRule only_what_runs_on_work_threads_or_before_there_are_requests_blocks = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Acceptance")
            .and()
            .haveSimpleNameNotEndingWith("CommandLog")
            .and()
            .haveSimpleNameNotEndingWith("OrderLog")
            .and()
            .haveSimpleNameNotEndingWith("WarmUp")
            .and()
            .haveSimpleNameNotEndingWith("Operations")
            .and()
            .haveSimpleNameNotEndingWith("SharedNonces")
            .should()
            .callMethod(Mono.class, "block")
            .orShould()
            .callMethod(Flux.class, "blockLast")
            .orShould()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(Future.class, "get")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(MessagePublisher.class);

    @ArchTest
    static final ArchRule problems_know_nothing_of_what_they_are_about = noClasses()
            .that()
            .resideInAPackage("io.freshet.gateway.problem..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.gateway.accept..",
                    "io.freshet.gateway.live..",
                    "io.freshet.gateway.node..",
                    "io.freshet.gateway.query..",
                    "io.freshet.gateway.request..");
}

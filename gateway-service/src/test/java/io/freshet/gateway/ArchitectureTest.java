package io.freshet.gateway;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.kafka.MessagePublisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@AnalyzeClasses(packages = "io.freshet.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule gateway_does_not_depend_on_other_services = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.freshet.task..", "io.freshet.purge..", "io.freshet.push..");

    @ArchTest
    static final ArchRule controllers_do_not_use_kafka = noClasses()
            .that()
            .areAnnotatedWith(RestController.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "io.freshet.kafka..");

    @ArchTest
    static final ArchRule only_classes_annotated_with_blocking_block = noClasses()
            .that()
            .areNotAnnotatedWith(Blocking.class)
            .should()
            .callMethod(Mono.class, "block")
            .orShould()
            .callMethod(Flux.class, "blockLast")
            .orShould()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(CompletableFuture.class, "get")
            .orShould()
            .callMethod(Future.class, "get")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(MessagePublisher.class);

    @ArchTest
    static final ArchRule blocking_classes_are_run_by_blocking_work = classes()
            .that(use(DescribedPredicate.describe(
                    "a blocking class", (JavaClass target) -> target.isAnnotatedWith(Blocking.class))))
            .should(dependOnClassesThat(JavaClass.Predicates.assignableTo(BlockingWork.class))
                    .or(beAnnotatedWith(Blocking.class))
                    .or(beAnnotatedWith(Configuration.class)));

    private static DescribedPredicate<JavaClass> use(DescribedPredicate<JavaClass> target) {
        return DescribedPredicate.describe(
                "use " + target.getDescription(),
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> target.test(dependency.getTargetClass())));
    }

    @ArchTest
    static final ArchRule problems_do_not_depend_on_features = noClasses()
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

    @ArchTest
    static final ArchRule features_are_free_of_cycles =
            slices().matching("io.freshet.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching("io.freshet.gateway.(**)").should().beFreeOfCycles();
}

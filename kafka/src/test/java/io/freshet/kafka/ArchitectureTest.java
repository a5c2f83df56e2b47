package io.freshet.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule kafka_knows_the_contracts_and_nothing_else_of_ours = noClasses()
            .that()
            .resideInAPackage("io.freshet.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.fleet..",
                    "io.freshet.gateway..",
                    "io.freshet.task..",
                    "io.freshet.purge..",
                    "io.freshet.push..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.freshet.(**)").should().beFreeOfCycles();
}

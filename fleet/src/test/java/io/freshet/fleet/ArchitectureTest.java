package io.freshet.fleet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule fleet_knows_only_the_contracts = noClasses()
            .that()
            .resideInAPackage("io.freshet.fleet..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.kafka..",
                    "io.freshet.gateway..",
                    "io.freshet.task..",
                    "io.freshet.purge..",
                    "io.freshet.push..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.freshet.(**)").should().beFreeOfCycles();
}

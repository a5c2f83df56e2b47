package io.freshet.task;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule task_service_depends_on_no_other_service_and_not_on_fleet = noClasses()
            .that()
            .resideInAPackage("io.freshet.task..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.fleet..", "io.freshet.gateway..", "io.freshet.purge..", "io.freshet.push..");

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching("io.freshet.task.(*)..").should().beFreeOfCycles();
}

package io.freshet.push;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule a_service_knows_no_other_service = noClasses()
            .that()
            .resideInAPackage("io.freshet.push..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.freshet.gateway..", "io.freshet.task..", "io.freshet.purge..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.freshet.push.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_fetching_knows_the_http_client = noClasses()
            .that()
            .resideOutsideOfPackages("io.freshet.push.fetch..", "io.freshet.push.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.freshet.push.http..");
}

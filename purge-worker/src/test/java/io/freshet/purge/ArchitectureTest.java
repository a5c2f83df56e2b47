package io.freshet.purge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_purge_worker_knows_no_other_service = noClasses()
            .that()
            .resideInAPackage("io.freshet.purge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.gateway..", "io.freshet.task..", "io.freshet.quickstart..", "io.freshet.push..");
}

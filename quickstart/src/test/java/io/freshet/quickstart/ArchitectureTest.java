package io.freshet.quickstart;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Here, where all modules but end-to-end are seen, is the place for what nobody may. */
@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nobody_knows_the_quickstart = noClasses()
            .that()
            .resideOutsideOfPackage("io.freshet.quickstart..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.freshet.quickstart..");

    @ArchTest
    static final ArchRule the_demo_site_knows_nothing_of_freshet = knowsNothingElseOfOurs("demo");

    @ArchTest
    static final ArchRule the_embedded_servers_know_nothing_of_freshet = knowsNothingElseOfOurs("embedded");

    private static ArchRule knowsNothingElseOfOurs(String name) {
        String own = "io.freshet.quickstart." + name + "..";
        return noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(resideInAPackage("io.freshet..").and(not(resideInAPackage(own))));
    }
}

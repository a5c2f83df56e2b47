package io.freshet.quickstart;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Rules for all modules; only this module has all services on its class path. */
@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule no_module_depends_on_the_quickstart = noClasses()
            .that()
            .resideOutsideOfPackage("io.freshet.quickstart..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.freshet.quickstart..");

    @ArchTest
    static final ArchRule demo_site_does_not_depend_on_freshet = doesNotDependOnOtherPackages("demo");

    @ArchTest
    static final ArchRule embedded_servers_do_not_depend_on_freshet = doesNotDependOnOtherPackages("embedded");

    @ArchTest
    static final ArchRule packages_of_all_modules_have_no_cycles =
            slices().matching("io.freshet.(**)").should().beFreeOfCycles();

    private static ArchRule doesNotDependOnOtherPackages(String name) {
        String own = "io.freshet.quickstart." + name + "..";
        return noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(resideInAPackage("io.freshet..").and(not(resideInAPackage(own))));
    }
}

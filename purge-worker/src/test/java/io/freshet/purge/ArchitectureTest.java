package io.freshet.purge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "io.freshet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.freshet.purge";

    /** Packages from the top to the bottom. Each knows only those below it, and the leaves. */
    private static final List<String> LAYERS = List.of(
            "inspection",
            "discovery",
            "operations",
            "ownership",
            "retry",
            "replay",
            "dispatch",
            "partition",
            "topology",
            "node",
            "ban",
            "verify",
            "http",
            "driver");

    /** Packages that know no other package of the worker. */
    private static final List<String> LEAVES = List.of("cursor", "control");

    @ArchTest
    static final ArchRule the_purge_worker_knows_no_other_service = noClasses()
            .that()
            .resideInAPackage("io.freshet.purge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.freshet.gateway..", "io.freshet.task..", "io.freshet.quickstart..", "io.freshet.push..");

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching("io.freshet.purge.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_know_only_the_layers_below = layers();

    private static ArchRule layers() {
        LayeredArchitecture layers = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .withOptionalLayers(true)
                .layer("root")
                .definedBy(ROOT);
        for (String layer : LAYERS) {
            layers = layers.layer(layer).definedBy(ROOT + '.' + layer + "..");
        }
        for (String leaf : LEAVES) {
            layers = layers.layer(leaf).definedBy(ROOT + '.' + leaf + "..");
        }
        layers = layers.whereLayer("root").mayNotBeAccessedByAnyLayer();
        for (int i = 0; i < LAYERS.size(); i++) {
            String[] above = Stream.concat(Stream.of("root"), LAYERS.subList(0, i).stream())
                    .toArray(String[]::new);
            layers = layers.whereLayer(LAYERS.get(i)).mayOnlyBeAccessedByLayers(above);
        }
        for (String leaf : LEAVES) {
            layers = layers.whereLayer(leaf).mayNotAccessAnyLayer();
        }
        return layers;
    }
}

package io.freshet.e2e.cluster;

import java.util.Optional;

/** Which stage this run is played on: the property {@code freshet.platform}, {@code processes} or {@code docker}. */
public final class SelectedPlatform {

    private static final Platform PLATFORM = switch (chosen()) {
        case "processes" -> ProcessPlatform.forTests();
        case "docker" -> new DockerPlatform();
        default -> throw new IllegalArgumentException("freshet.platform is processes or docker, not " + chosen());
    };

    private SelectedPlatform() {}

    public static String chosen() {
        return System.getProperty("freshet.platform", "processes");
    }

    /** Why nothing can be played there on this machine, if so. */
    public static Optional<String> missing() {
        return PLATFORM.missing();
    }

    public static TestCluster start() {
        return TestCluster.start(PLATFORM);
    }
}

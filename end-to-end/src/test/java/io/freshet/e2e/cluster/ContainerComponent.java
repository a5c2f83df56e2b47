package io.freshet.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/**
 * A part that is a container. Stopped and started, it stays the same one: its ports are fixed and its files are kept.
 */
final class ContainerComponent implements PausableComponent {

    private final GenericContainer<?> container;
    private final Path log;
    private final BooleanSupplier answers;
    private volatile boolean paused;

    /** @param answers whether it is up */
    ContainerComponent(GenericContainer<?> container, Path log, BooleanSupplier answers) {
        this.container = container;
        this.log = log;
        this.answers = answers;
    }

    @Override
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
        } else if (!container.isRunning()) {
            DockerClientFactory.lazyClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }
        Awaitility.await(container.getDockerImageName())
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!container.isRunning()) {
                        throw new IllegalStateException(
                                container.getDockerImageName() + " ended: " + container.getLogs());
                    }
                    return answers.getAsBoolean();
                });
    }

    @Override
    public void pause() {
        DockerClientFactory.lazyClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            DockerClientFactory.lazyClient()
                    .unpauseContainerCmd(container.getContainerId())
                    .exec();
            paused = false;
        }
    }

    @Override
    public void stop() {
        resume();
        DockerClientFactory.lazyClient()
                .stopContainerCmd(container.getContainerId())
                .withTimeout(20)
                .exec();
    }

    @Override
    public void kill() {
        DockerClientFactory.lazyClient()
                .killContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        if (container.getContainerId() != null) {
            try {
                resume();
                Files.writeString(log, container.getLogs());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                container.stop();
            }
        }
    }
}

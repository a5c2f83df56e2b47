package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A part that is a process of this machine. Its output is kept in a file. */
final class ProcessComponent implements PausableComponent {

    private final String name;
    private final Supplier<List<String>> command;
    private final Map<String, String> environment;
    private final Path folder;
    private final Path log;
    private final BooleanSupplier answers;
    private volatile @Nullable Process process;
    private volatile boolean paused;

    ProcessComponent(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path folder,
            Path log,
            BooleanSupplier answers) {
        this(name, () -> command, environment, folder, log, answers);
    }

    /**
     * @param command called at every start
     * @param folder working directory
     * @param answers whether the process is ready
     */
    ProcessComponent(
            String name,
            Supplier<List<String>> command,
            Map<String, String> environment,
            Path folder,
            Path log,
            BooleanSupplier answers) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.folder = folder;
        this.log = log;
        this.answers = answers;
        // Maven ends this JVM with a signal when it is interrupted; nothing of ours may outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    @Override
    public void start() {
        Process before = process;
        if (before != null && before.isAlive()) {
            return;
        }
        paused = false;
        ProcessBuilder builder = new ProcessBuilder(command.get())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Process started = builder.start();
            process = started;
            Awaitility.await(name + " (see " + log + ")")
                    .atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        if (!started.isAlive()) {
                            throw new IllegalStateException(
                                    name + " ended with " + started.exitValue() + ": see " + log);
                        }
                        return answers.getAsBoolean();
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).map(Process::toHandle).filter(ProcessHandle::isAlive);
    }

    @Override
    public void pause() {
        paused = true;
        signal("-STOP");
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            signal("-CONT");
        }
    }

    /** To it and all that it has started, all at once: varnishd must not find that its child hangs. */
    private void signal(String signal) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        List<String> kill = new ArrayList<>(List.of("kill", signal, Long.toString(running.pid())));
        running.descendants().map(child -> Long.toString(child.pid())).forEach(kill::add);
        try {
            int exit = new ProcessBuilder(kill).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException(kill + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop() {
        Process running = process;
        if (running != null && running.isAlive()) {
            resume();
            running.destroy();
            try {
                if (!running.waitFor(20, TimeUnit.SECONDS)) {
                    kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                kill();
            }
        }
    }

    @Override
    public void kill() {
        Process running = process;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

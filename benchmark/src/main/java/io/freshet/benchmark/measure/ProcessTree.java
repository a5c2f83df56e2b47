package io.freshet.benchmark.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process and all that it has started. It is asked while something is measured, so it reads only what Linux tells of
 * these in {@code /proc}: {@link ProcessHandle#descendants} looks at every process of the machine, which took a seventh
 * of a processor when it was asked four times a second.
 */
record ProcessTree(long pid) {

    /** In megabytes; what processes share counts for each of them. */
    double resident() {
        return members().mapToDouble(ProcessTree::resident).sum();
    }

    /** The processor time of those that run now. */
    double cpuSeconds() {
        return members()
                .flatMap(member -> ProcessHandle.of(member).stream())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToDouble(ProcessTree::seconds)
                .sum();
    }

    /** This benchmark has started everything; what it takes is its own. */
    private Stream<Long> members() {
        if (pid == ProcessHandle.current().pid()) {
            return Stream.of(pid);
        }
        return Stream.concat(Stream.of(pid), children().map(ProcessTree::new).flatMap(ProcessTree::members));
    }

    /**
     * Those that its first thread has started: the database, Varnish and nginx have no others, and JVMs none at all.
     */
    private Stream<Long> children() {
        return read(of(pid).resolve("task").resolve(Long.toString(pid)).resolve("children")).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .filter(child -> !child.isEmpty())
                .map(Long::valueOf);
    }

    private static double resident(long pid) {
        return read(of(pid).resolve("status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToDouble(line ->
                                Double.parseDouble(line.substring("VmRSS:".length(), line.length() - " kB".length())))
                        .sum()
                / 1024;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static Path of(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }

    /** Nothing of a process that has ended. */
    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of();
        }
    }
}

package io.freshet.benchmark.measure;

import io.freshet.cluster.process.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at the processes of a ground, and at this one, while something is measured, from now until it is closed. */
public final class ResourceMonitor implements AutoCloseable {

    /** A line of a JVM's log of collections, such as {@code Pause Young (Allocation Failure) 100M->20M(247M) 3.1ms}. */
    private static final Pattern COLLECTION = Pattern.compile("\\d+[KMG]->(\\d+)([KMG])\\(");

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    private final String during;
    private final ScenarioResults results;
    private final long began = System.nanoTime();
    private final Map<String, MonitoredProcess> watched = new LinkedHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> looks;

    ResourceMonitor(String during, ScenarioResults results, Map<String, Component> parts, BenchmarkEnvironment ground) {
        this.during = during;
        this.results = results;
        parts.forEach((name, part) -> part.process()
                .ifPresent(
                        process -> watched.put(name, new MonitoredProcess(process.pid(), ground.collections(name)))));
        watched.put("benchmark", new MonitoredProcess(ProcessHandle.current().pid(), ground.collections("benchmark")));
        looks = timer.scheduleAtFixedRate(
                () -> watched.values().forEach(MonitoredProcess::look), 0, 1, TimeUnit.SECONDS);
    }

    /** The processor time that a process has taken since, in seconds; 0 for one that does not run. */
    public double cpuSeconds(String name) {
        MonitoredProcess process = watched.get(name);
        return process == null ? 0 : process.cpuSeconds();
    }

    @Override
    public void close() {
        double seconds = (System.nanoTime() - began) / 1e9;
        timer.close();
        if (looks.state() == Future.State.FAILED) {
            throw new IllegalStateException("memory was not measured to the end", looks.exceptionNow());
        }
        // All before any collection is asked for, which takes time, too.
        Map<String, Double> cpu = new LinkedHashMap<>();
        watched.forEach((name, process) -> cpu.put(name, process.cpuSeconds()));
        watched.forEach((name, process) -> results.add(new ResourceUsage(
                during, name, seconds, cpu.getOrDefault(name, 0.0), process.resident, process.heapAfterCollection())));
    }

    private static final class MonitoredProcess {

        private final ProcessTree family;
        private final Path collections;
        private final int collectionsBefore;
        private final double cpuBefore;
        private volatile double resident;

        MonitoredProcess(long pid, Path collections) {
            this.family = new ProcessTree(pid);
            this.collections = collections;
            collectionsBefore = lines(collections).size();
            cpuBefore = family.cpuSeconds();
        }

        void look() {
            resident = Math.max(resident, family.resident());
        }

        double cpuSeconds() {
            return family.cpuSeconds() - cpuBefore;
        }

        /** In megabytes; null for what is no JVM. */
        @Nullable
        Double heapAfterCollection() {
            if (!Files.exists(collections)) {
                return null;
            }
            collect();
            List<String> all = lines(collections);
            return all.subList(Math.min(collectionsBefore, all.size()), all.size()).stream()
                    .map(COLLECTION::matcher)
                    .filter(Matcher::find)
                    .mapToDouble(line -> megabytes(line.group(1), line.group(2)))
                    .max()
                    .orElse(0);
        }

        /** Requests a garbage collection, so that there is at least one. */
        private void collect() {
            try {
                new ProcessBuilder(JCMD.toString(), Long.toString(family.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException _) {
                // it has ended: what the log says by itself has to do
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static double megabytes(String number, String unit) {
            double value = Double.parseDouble(number);
            return switch (unit) {
                case "K" -> value / 1024;
                case "G" -> value * 1024;
                default -> value;
            };
        }

        private static List<String> lines(Path file) {
            try {
                return Files.readAllLines(file);
            } catch (IOException _) {
                return List.of(); // it has ended, or there is none
            }
        }
    }
}

package io.freshet.benchmark.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** On what was measured. */
public record Machine(String system, String processor, int processors, String memory, String java) {

    public static Machine here() {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                line("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                line("/proc/meminfo", "MemTotal"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    }

    private static String line(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException _) {
            return "unknown";
        }
    }
}

package io.freshet.benchmark;

import io.freshet.e2e.stage.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator that others are compared to: one thread in C that does nothing but send requests and count answers. */
public final class Wrk {

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private Wrk() {}

    /**
     * Answers a second.
     *
     * @param script in Lua, that makes the requests
     * @throws IllegalStateException if it cannot be run, or has a socket that fails
     */
    public static double rate(Address server, Path script, int connections, int seconds) throws InterruptedException {
        String url = server.fromHere().toString();
        List<String> command =
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "-s", script.toString(), url);
        String said = run(command);
        Matcher rate = RATE.matcher(said);
        if (!rate.find() || said.contains("Socket errors")) {
            throw new IllegalStateException(String.join(" ", command) + " said: " + said);
        }
        return Double.parseDouble(rate.group(1));
    }

    private static String run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

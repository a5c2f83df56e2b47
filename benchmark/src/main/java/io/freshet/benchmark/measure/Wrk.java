package io.freshet.benchmark.measure;

import io.freshet.cluster.process.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The load generator that others are compared to: one thread in C that does nothing but send requests and count
 * answers.
 */
public final class Wrk {

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private static final Pattern ANSWERS = Pattern.compile("(\\d+) requests in");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern MEDIAN = Pattern.compile("50%\\s+([0-9.]+)(us|ms|s|m)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s|m)");

    private Wrk() {}

    /**
     * Answers a second.
     *
     * @param script in Lua, that makes the requests
     * @throws IllegalStateException if it cannot be run, or has a socket that fails
     */
    public static double rate(Address server, Path script, int connections, int seconds) throws InterruptedException {
        return number(find(RATE, load(server, script, connections, seconds)));
    }

    /**
     * Results of wrk; each connection sends the next request as soon as it has a response.
     *
     * @param script in Lua, that makes the requests
     * @throws IllegalStateException if it cannot be run, or has a socket that fails
     */
    public static WrkResult report(Address server, Path script, int connections, int seconds)
            throws InterruptedException {
        String said = load(server, script, connections, seconds);
        Matcher refusals = REFUSED.matcher(said);
        double refused = refusals.find() ? number(refusals) : 0;
        double good = 1 - refused / number(find(ANSWERS, said));
        return new WrkResult(
                good * number(find(RATE, said)), (long) refused, millis(find(MEDIAN, said)), millis(find(P99, said)));
    }

    /**
     * @param perSecond answers that are no refusals
     * @param refused other answers than 2xx and 3xx, in all
     * @param median time of all answers in milliseconds
     * @param p99 of the times of all answers in milliseconds
     */
    public record WrkResult(double perSecond, long refused, double median, double p99) {}

    private static String load(Address server, Path script, int connections, int seconds) throws InterruptedException {
        List<String> command = List.of(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "--latency",
                "-s",
                script.toString(),
                server.fromHere().toString());
        String said = run(command);
        if (said.contains("Socket errors")) {
            throw new IllegalStateException(String.join(" ", command) + " said: " + said);
        }
        return said;
    }

    private static double number(Matcher found) {
        return Double.parseDouble(found.group(1));
    }

    private static Matcher find(Pattern pattern, String said) {
        Matcher found = pattern.matcher(said);
        if (!found.find()) {
            throw new IllegalStateException("wrk said: " + said);
        }
        return found;
    }

    private static double millis(Matcher time) {
        double value = Double.parseDouble(time.group(1));
        return switch (time.group(2)) {
            case "us" -> value / 1_000;
            case "ms" -> value;
            case "s" -> value * 1_000;
            default -> value * 60_000;
        };
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

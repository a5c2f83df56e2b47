package io.freshet.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Check of all ports before anything starts, for one clear message instead of a later failure. */
final class PortCheck {

    private PortCheck() {}

    /**
     * Checks that all ports are free and different.
     *
     * @throws CannotStartException with each unusable port and the variable that sets it
     */
    static void check(QuickstartProperties properties) {
        Map<Integer, ListenPort> seen = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (ListenPort port : ListenPort.values()) {
            int number = properties.port(port);
            problem(port, number, seen.put(number, port)).ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new CannotStartException(String.join("\n", problems));
        }
    }

    private static Optional<String> problem(ListenPort port, int number, @Nullable ListenPort other) {
        if (number < 1 || number > 65_535) {
            return Optional.of(port.variable() + " is " + number + ", but a port is between 1 and 65535.");
        }
        if (other != null) {
            return Optional.of("Port " + number + " is configured twice, for " + other + " and for " + port
                    + ": set another with " + port.variable() + '.');
        }
        return isInUse(number)
                ? Optional.of("Port " + number + " for " + port
                        + " is in use. Stop the process that uses it, or set another port with " + port.variable()
                        + '.')
                : Optional.empty();
    }

    private static boolean isInUse(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}

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

/** Finds out before anything starts what would fail later, and less plainly. */
final class PortCheck {

    private PortCheck() {}

    /**
     * Checks that all ports are free and different.
     *
     * @throws CannotStartException with each port that is not, and its environment variable
     */
    static void check(QuickstartProperties settings) {
        Map<Integer, ListenPort> seen = new HashMap<>();
        List<String> errors = new ArrayList<>();
        for (ListenPort port : ListenPort.values()) {
            int number = settings.port(port);
            error(port, number, seen.put(number, port)).ifPresent(errors::add);
        }
        if (!errors.isEmpty()) {
            throw new CannotStartException(String.join("\n", errors));
        }
    }

    private static Optional<String> error(ListenPort port, int number, @Nullable ListenPort other) {
        if (number < 1 || number > 65_535) {
            return Optional.of(port.variable() + " is " + number + ", but a port is between 1 and 65535.");
        }
        if (other != null) {
            return Optional.of("Port " + number + " is set twice, for " + other + " and for " + port
                    + ": choose another with " + port.variable() + '.');
        }
        return isInUse(number)
                ? Optional.of("Port " + number + " for " + port
                        + " is in use: stop what uses it, or choose another with " + port.variable() + '.')
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

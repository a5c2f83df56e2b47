package io.freshet.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out before anything starts what would fail later, and less plainly. */
final class PortCheck {

    private PortCheck() {}

    /**
     * @throws CannotStartException naming every port that cannot be listened on or is wanted twice, and its setting
     */
    static void check(QuickstartProperties settings) {
        Map<Integer, ListenPort> seen = new HashMap<>();
        List<String> faults = new ArrayList<>();
        new EnumMap<>(settings.ports())
                .forEach((port, number) ->
                        fault(port, number, seen.put(number, port)).ifPresent(faults::add));
        if (!faults.isEmpty()) {
            throw new CannotStartException(String.join("\n", faults));
        }
    }

    private static Optional<String> fault(ListenPort port, int number, @Nullable ListenPort other) {
        if (number < 1 || number > 65_535) {
            return Optional.of(port.variable() + " is " + number + ", but a port is between 1 and 65535.");
        }
        if (other != null) {
            return Optional.of("Port " + number + " is wanted twice, for " + other + " and for " + port
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

package io.freshet.e2e.hostile;

/**
 * Ports of the gateway that is attacked.
 *
 * @param main port of clients
 * @param aliyun port of the Aliyun API
 * @param management port of health and metrics
 */
public record Gateway(int main, int aliyun, int management) {

    /** Returns a port by a number; all are returned by successive numbers. */
    int any(int number) {
        return switch (Math.floorMod(number, 3)) {
            case 0 -> main;
            case 1 -> aliyun;
            default -> management;
        };
    }

    /** Returns one of the two ports of clients by a number. */
    int anyOfClients(int number) {
        return number % 2 == 0 ? main : aliyun;
    }
}

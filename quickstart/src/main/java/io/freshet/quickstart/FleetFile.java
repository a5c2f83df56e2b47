package io.freshet.quickstart;

import io.freshet.contracts.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The {@code freshet.yml} of the demo: its caches and an account for the demo site. */
final class FleetFile {

    /** The id of the demo account's access key. */
    static final String ACCESS_KEY = "demo-key";

    private FleetFile() {}

    /** @param accessKeySecret file with the secret of the demo account's access key */
    static String text(QuickstartProperties settings, String token, String cacheToken, Path accessKeySecret) {
        return """
                # Written by the quickstart at every start; an example for a freshet.yml of your own.
                freshet:
                  fleet:
                    drivers:
                      demo: { type: varnish, token: "%s" }
                    tiers:
                      - name: l2
                        nodes:
                          - { id: l2-a, address: "http://localhost:%d", driver: demo }
                      - name: l1
                        nodes:
                          - { id: l1-a, address: "http://localhost:%d", driver: demo }
                          - { id: l1-b, address: "http://localhost:%d", driver: demo }
                  accounts:
                    - id: demo
                      operator: true
                      token-hashes: [ "sha256:%s" ]
                      # For the Aliyun-compatible API.
                      access-keys: [ { id: %s, secret-file: '%s' } ]
                      domains: [ www.example.com, shop.example.com, "*.img.example.com" ]
                """.formatted(
                        cacheToken,
                        settings.port(ListenPort.L2_A),
                        settings.port(ListenPort.L1_A),
                        settings.port(ListenPort.L1_B),
                        Sha256.hex(token.getBytes(StandardCharsets.UTF_8)),
                        ACCESS_KEY,
                        accessKeySecret);
    }
}

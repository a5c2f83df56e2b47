package io.freshet.quickstart;

import java.util.concurrent.TimeUnit;

/** Message printed when everything is ready. */
final class WelcomeMessage {

    private WelcomeMessage() {}

    static String text(QuickstartProperties settings, String token, long nanoseconds) {
        return """

                Freshet is ready after %d.%d s.

                  console    http://localhost:%d, token %s
                  API        the same address; http://localhost:%d/docs describes it
                  Aliyun API http://localhost:%d, access key %s, its secret in the file "access-key-secret"
                  caches     l1-a http://localhost:%d and l1-b http://localhost:%d, above them l2-a http://localhost:%d
                  demo site  www.example.com, whose origin is http://localhost:%d
                  data       %s, also the token, in the file "token"

                Try it in another terminal:

                  TOKEN=%s

                  # Version 1 of a page through both L1 caches. A second request has X-Cache: HIT.
                  curl -i -H 'Host: www.example.com' http://localhost:%d/page
                  curl -i -H 'Host: www.example.com' http://localhost:%d/page

                  # Publish a new version. The caches still have the old one.
                  curl -X POST http://localhost:%d/_version

                  # Refresh the page. Then both caches serve version 2.
                  curl -i http://localhost:%d/v1/refreshes -H "Authorization: Bearer $TOKEN" \\
                       -H 'Content-Type: application/json' \\
                       -d '{"type":"url","objects":["http://www.example.com/page"]}'

                  # The tasks, newest first.
                  curl http://localhost:%d/v1/tasks -H "Authorization: Bearer $TOKEN"

                Ctrl-C stops everything. The data stays.
                """.formatted(
                        TimeUnit.NANOSECONDS.toSeconds(nanoseconds),
                        TimeUnit.NANOSECONDS.toMillis(nanoseconds) / 100 % 10,
                        settings.port(ListenPort.GATEWAY),
                        token,
                        settings.port(ListenPort.GATEWAY),
                        settings.port(ListenPort.ALIYUN),
                        FleetFile.ACCESS_KEY,
                        settings.port(ListenPort.L1_A),
                        settings.port(ListenPort.L1_B),
                        settings.port(ListenPort.L2_A),
                        settings.port(ListenPort.ORIGIN),
                        settings.data(),
                        token,
                        settings.port(ListenPort.L1_A),
                        settings.port(ListenPort.L1_B),
                        settings.port(ListenPort.ORIGIN),
                        settings.port(ListenPort.GATEWAY),
                        settings.port(ListenPort.GATEWAY));
    }
}

package io.freshet.benchmark.purge;

import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Wrk;
import io.freshet.e2e.stage.Address;
import io.freshet.e2e.stage.Vcl;
import java.nio.file.Path;

/** Has wrk send what a worker sends to a Varnish, with as many requests on their way as wrk is fastest with. */
final class PurgeScript {

    private static final int CONNECTIONS = 8;

    private final Path script;

    PurgeScript(Ground ground) {
        script = ground.write("purge.lua", """
                local depth, batches, at = 32, {}, 0
                wrk.headers["Host"] = "site.test"
                wrk.headers["Freshet-Token"] = "%s"
                wrk.headers["X-Forwarded-Proto"] = "http"
                function init()
                  for i = 1, 64 do
                    local batch = {}
                    for j = 1, depth do
                      batch[j] = wrk.format("PURGE", "/bulk/900000000000000" .. 100 + i .. "/" .. j .. ".html")
                    end
                    batches[i] = table.concat(batch)
                  end
                end
                function request()
                  at = at %% #batches + 1
                  return batches[at]
                end
                """.formatted(Vcl.TOKEN));
    }

    /** Purges a second. */
    double rate(Address varnish, int seconds) throws InterruptedException {
        return Wrk.rate(varnish, script, CONNECTIONS, seconds);
    }
}

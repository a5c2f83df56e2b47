package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Address;
import java.nio.file.Path;

/** Has wrk ask the gateway to refresh URLs that nobody has named before. */
final class RefreshScript {

    private final Path script;

    /** @param urls in one request */
    RefreshScript(BenchmarkEnvironment ground, int urls) {
        script = ground.write("refresh-" + urls + ".lua", """
                local salt, count = os.time(), 0
                local headers = { ["Authorization"] = "Bearer %s", ["Content-Type"] = "application/json" }
                function request()
                  count = count + 1
                  local start, urls = '"https://site.test/accept/%d/' .. salt .. "/" .. count .. "/", {}
                  for i = 1, %d do urls[i] = start .. i .. '.html"' end
                  local body = '{"type":"url","objects":[' .. table.concat(urls, ",") .. ']}'
                  return wrk.format("POST", "/v1/refreshes", headers, body)
                end
                """.formatted(Fleet.TOKEN, urls, urls));
    }

    Wrk.WrkResult ask(Address gateway, int connections, int seconds) throws InterruptedException {
        return Wrk.report(gateway, script, connections, seconds);
    }
}

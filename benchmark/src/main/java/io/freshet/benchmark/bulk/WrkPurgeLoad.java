package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.ConcurrentTasks;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.Vcl;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.DoubleAdder;

/** Has wrk send what a worker sends to a Varnish, with as many requests on their way as it is fastest with. */
final class WrkPurgeLoad {

    private static final int CONNECTIONS = 8;

    private final Path script;

    WrkPurgeLoad(BenchmarkEnvironment ground) {
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

    /** Purges a second of all these nodes together, by one wrk for each, all at once. */
    double rate(List<PurgedNodes> nodes, int seconds) throws ExecutionException, InterruptedException {
        DoubleAdder all = new DoubleAdder();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            for (PurgedNodes node : nodes) {
                for (Address address : node.addresses()) {
                    work.start(() -> all.add(Wrk.rate(address, script, CONNECTIONS, seconds)));
                }
            }
        }
        return all.sum();
    }
}

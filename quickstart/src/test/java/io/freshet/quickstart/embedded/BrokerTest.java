package io.freshet.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.quickstart.FreePorts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

    @TempDir
    Path folder;

    @Test
    void records_survive_a_restart_on_other_ports() throws Exception {
        List<Integer> ports = FreePorts.find(4);
        try (Broker broker = Broker.start(folder, ports.get(0), ports.get(1))) {
            Records.create(broker);
            Records.write(broker, "one");
        }
        try (Broker broker = Broker.start(folder, ports.get(2), ports.get(3))) {
            Records.write(broker, "two");
            assertThat(Records.read(broker)).containsExactly("one", "two");
        }
    }
}

package io.freshet.quickstart.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Program that starts broker and database, writes to both, reports it and waits to be killed. */
final class ProcessToKill {

    static final String READY = "written";

    private ProcessToKill() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Broker broker = Broker.start(folder.resolve("kafka"), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Database database = Database.start(folder.resolve("postgres"), Integer.parseInt(args[3]));
        Records.create(broker);
        Records.write(broker, "one");
        Rows.write(database, "one");
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}

package io.freshet.task.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Starts what needs the database when it is there: the consumers, and the chores, each on a thread of its own. The service itself starts
 * without, answers that it is unavailable, and gets going by itself.
 */
@Component
class WhenDatabaseAnswers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WhenDatabaseAnswers.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Schema schema;
    private final List<MessageListenerContainer> consumers;
    private final List<Chore> chores;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    WhenDatabaseAnswers(Schema schema, List<MessageListenerContainer> consumers, List<Chore> chores) {
        this.schema = schema;
        this.consumers = List.copyOf(consumers);
        this.chores = List.copyOf(chores);
    }

    @Override
    public void start() {
        run("when-database-answers", () -> {
            while (!schema.prepare()) {
                if (stoppedWithin(RETRY)) {
                    return;
                }
            }
            chores.forEach(this::keepDoing);
            startConsumers();
        });
    }

    private void startConsumers() {
        synchronized (threads) {
            if (stopped.getCount() > 0) {
                consumers.forEach(MessageListenerContainer::start);
            }
        }
    }

    private void keepDoing(Chore chore) {
        String name = chore.getClass().getSimpleName();
        run(name, () -> {
            do {
                attempt(name, chore);
            } while (!stoppedWithin(chore.every()));
        });
    }

    private static void attempt(String name, Chore chore) {
        try {
            chore.run();
        } catch (DataAccessException | TransactionException | KafkaException e) {
            log.warn("{} tries again: {}", name, e.getMessage());
        } catch (RuntimeException e) {
            log.error("{} failed, and tries again", name, e);
        }
    }

    private void run(String name, Runnable work) {
        synchronized (threads) {
            if (stopped.getCount() > 0) {
                threads.add(Thread.ofVirtual().name(name).start(work));
            }
        }
    }

    private boolean stoppedWithin(Duration pause) {
        try {
            return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void stop() {
        synchronized (threads) {
            stopped.countDown();
        }
        for (Thread thread : threads) {
            try {
                if (!thread.join(PATIENCE)) {
                    log.warn("{} is still busy", thread.getName());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        synchronized (threads) {
            return !threads.isEmpty() && stopped.getCount() > 0;
        }
    }
}

package io.freshet.e2e;

import io.freshet.e2e.cluster.TestCluster;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Lends a test cluster to each class, for all of its tests. There are as many clusters as classes run at a time; the
 * first classes start them, and the end of the run stops them.
 */
final class ClusterExtension implements ParameterResolver, AfterAllCallback {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return clusters(context).lend(context.getRequiredTestClass());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        clusters(context).takeBack(context.getRequiredTestClass());
    }

    private static Clusters clusters(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(ClusterExtension.class))
                .computeIfAbsent(Clusters.class, _ -> new Clusters(), Clusters.class);
    }

    private static final class Clusters implements AutoCloseable {

        private final Map<Class<?>, TestCluster> lent = new HashMap<>();
        private final Deque<TestCluster> free = new ArrayDeque<>();
        private int started;
        private @Nullable Throwable failure;

        TestCluster lend(Class<?> suite) {
            TestCluster cluster = lentOrFree(suite);
            return cluster == null ? start(suite) : cluster;
        }

        private synchronized @Nullable TestCluster lentOrFree(Class<?> suite) {
            return lent.computeIfAbsent(suite, _ -> free.poll());
        }

        /** Starts a cluster, unless one failed to start: the next would fail again. */
        private TestCluster start(Class<?> suite) {
            int number;
            synchronized (this) {
                if (failure != null) {
                    throw new IllegalStateException("a test cluster did not start", failure);
                }
                number = ++started;
            }
            try {
                TestCluster cluster = TestCluster.launch("processes-" + number);
                synchronized (this) {
                    lent.put(suite, cluster);
                }
                return cluster;
            } catch (RuntimeException | Error e) {
                synchronized (this) {
                    failure = e;
                }
                throw e;
            }
        }

        synchronized void takeBack(Class<?> suite) {
            TestCluster cluster = lent.remove(suite);
            if (cluster != null) {
                free.push(cluster);
            }
        }

        @Override
        public synchronized void close() {
            free.addAll(lent.values());
            free.forEach(TestCluster::close);
        }
    }
}

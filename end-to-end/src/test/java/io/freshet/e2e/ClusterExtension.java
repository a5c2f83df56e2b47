package io.freshet.e2e;

import io.freshet.e2e.cluster.TestCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the test cluster when the first test needs it, and stops it after the last. */
final class ClusterExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(ClusterExtension.class))
                .computeIfAbsent(Start.class, _ -> Start.now(), Start.class)
                .stage();
    }

    /** Result of the only attempt to start: a cluster that failed to start once would fail again. */
    private record Start(
            @Nullable TestCluster started, @Nullable Throwable failure) implements AutoCloseable {

        static Start now() {
            try {
                return new Start(TestCluster.launch(), null);
            } catch (RuntimeException | Error e) {
                return new Start(null, e);
            }
        }

        TestCluster stage() {
            if (started == null) {
                throw new IllegalStateException("the test cluster did not start", failure);
            }
            return started;
        }

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }
}

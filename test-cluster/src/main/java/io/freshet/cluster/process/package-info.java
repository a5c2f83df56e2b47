/** Parts of a test cluster as processes of this machine. */
@NullMarked
package io.freshet.cluster.process;

import org.jspecify.annotations.NullMarked;

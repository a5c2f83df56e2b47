/** Canonical form of URLs, as the gateway accepts them and workers find them in manifests. */
@NullMarked
package io.freshet.contracts.url;

import org.jspecify.annotations.NullMarked;

/** What nodes hold for a URL. */
@NullMarked
package io.freshet.contracts.inspection;

import org.jspecify.annotations.NullMarked;

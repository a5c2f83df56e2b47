/** The console as its user meets it: in Chromium. */
@NullMarked
package io.freshet.e2e.browser;

import org.jspecify.annotations.NullMarked;

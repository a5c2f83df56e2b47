/** What the record answers. */
@NullMarked
package io.freshet.task.query;

import org.jspecify.annotations.NullMarked;

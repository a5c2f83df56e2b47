/** What happens because time passes: deadlines and withdrawals. */
@NullMarked
package io.freshet.task.sweep;

import org.jspecify.annotations.NullMarked;

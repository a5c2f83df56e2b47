package io.freshet.task.recording;

import io.freshet.contracts.message.Command;
import java.time.Instant;

/** A command, and when it was appended to the log. */
record AppendedCommand(Command command, Instant at) {}

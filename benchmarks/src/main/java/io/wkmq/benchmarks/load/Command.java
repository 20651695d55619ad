package io.wkmq.benchmarks.load;

import java.util.Locale;

/** What the clients do. */
enum Command {
    /** Publish. */
    PUB,
    /** Subscribe to what another process publishes. */
    SUB,
    /** Both, in one process. */
    PUBSUB,
    /** Only stay connected. */
    CONN;

    boolean publishes() {
        return this == PUB || this == PUBSUB;
    }

    boolean subscribes() {
        return this == SUB || this == PUBSUB;
    }

    static Command parse(String text) throws UsageException {
        for (Command command : values()) {
            if (command.text().equals(text)) {
                return command;
            }
        }
        throw new UsageException("the command is '" + text + "'; expected pub, sub, pubsub or conn");
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

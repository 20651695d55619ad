package io.wkmq.benchmarks.load;

import java.util.Locale;

/** The commands of wkbench. */
enum Command {
    /** Publish. */
    PUB,
    /** Subscribe to what another process publishes. */
    SUB,
    /** Publish and subscribe in one process. */
    PUBSUB,
    /** Only stay connected. */
    CONN,
    /** Subscribe to many filters. */
    SUBS,
    /** Store many retained messages and read them. */
    RETAIN,
    /** Publish to clients that are away and come back. */
    OFFLINE,
    /** Connect and disconnect clients, while others publish and subscribe. */
    CHURN,
    /** Publish to channels, check the sequence numbers of the messages, and replay them. */
    CHANNEL;

    /** All commands, as listed in an error message. */
    static final String ALL = "pub, sub, pubsub, conn, subs, retain, offline, churn, channel or scenario";

    boolean publishes() {
        return this == PUB || this == RETAIN || this == CHANNEL || both();
    }

    boolean subscribes() {
        return this == SUB || this == SUBS || both();
    }

    private boolean both() {
        return this == PUBSUB || this == OFFLINE || this == CHURN;
    }

    static Command parse(String text) throws UsageException {
        for (Command command : values()) {
            if (command.text().equals(text)) {
                return command;
            }
        }
        throw new UsageException("the command is '" + text + "'; expected " + ALL);
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
